// Files on which the loader crashed, hung or took something for what it was not, each named after what went wrong. Found by hostile.test.ts and by reading.

export interface Found {
  readonly name: string;
  /** Which file of a small project is replaced by the text. */
  readonly file: "experiment.yaml" | "targets/pair/target.yaml" | "targets/pair/compose.yaml";
  readonly text: string | Buffer;
}

const experiment = (more: string): string =>
  `version: 1\ntitle: found\ntarget: pair\nphases: { baseline: 5s, fault: 10s, recovery: 10s }\nfaults: []\npredict: {}\n${more}\n`;
const probe = (options: string): string => `version: 1
description: found
compose: ./compose.yaml
allow: [web]
vantages: { user: { networks: [default] } }
probes: { get: { plane: data, from: user, to: web, every: 100ms, deadline: 1s, ${options} } }
`;
const service = (options: string, more = ""): string => `services:\n  web: { ${options} }\n${more}`;
const numbered = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

export const found: readonly Found[] = [
  // Crashes.
  {
    name: "few aliases that multiply",
    file: "experiment.yaml",
    text: experiment(`tags: [&a x, ${numbered(10, (n) => `&${"bcdefghijk"[n]} [*${"abcdefghij"[n]}, *${"abcdefghij"[n]}], `)}]`),
  },
  { name: "a merge key over a number", file: "targets/pair/compose.yaml", text: service("image: a, <<: 5") },
  { name: "a merge key over a list in a list", file: "targets/pair/compose.yaml", text: `x: &x [{ image: a }]\n${service("<<: [*x]")}` },
  { name: "a key that every object has", file: "targets/pair/compose.yaml", text: `__defineGetter__: 1\n${service("image: a")}` },
  { name: "a key that every object has, of a service", file: "targets/pair/compose.yaml", text: service("image: a, toString: 1") },
  { name: "a script whose name holds NUL", file: "experiment.yaml", text: experiment('load: { kind: k6, from: user, script: "a\\0b" }') },
  { name: "more replicas than memory", file: "targets/pair/compose.yaml", text: service("image: a, scale: 999999999999") },
  {
    name: "replicas without end",
    file: "targets/pair/compose.yaml",
    text: service(`image: a, deploy: { replicas: "${"9".repeat(400)}" }`),
  },
  { name: "lists in lists that end at once", file: "experiment.yaml", text: `x:\n  ${"- ".repeat(5_500)}x\n${experiment("")}` },
  // Time that grows faster than the file.
  {
    name: "a DNS name that is tried in all ways",
    file: "targets/pair/target.yaml",
    text: probe(`kind: dns, expect: web, name: "${"a".repeat(60)}!"`),
  },
  { name: "thousands of keys", file: "experiment.yaml", text: experiment(numbered(2_500, (n) => `key${n}: 1\n`)) },
  { name: "tens of thousands of keys", file: "experiment.yaml", text: experiment(numbered(20_000, (n) => `k${n}: 1\n`)) },
  {
    name: "thousands of wrong faults",
    file: "experiment.yaml",
    text: experiment("").replace("faults: []", `faults: [${"x, ".repeat(4_000)}]`),
  },
  // Taken for what it is not.
  { name: "an image called like a method", file: "targets/pair/compose.yaml", text: service("image: toString") },
  { name: "a variable called like a method", file: "targets/pair/compose.yaml", text: service('image: "${toString}"') },
  { name: "a volume called like a method", file: "targets/pair/compose.yaml", text: service('image: a, volumes: ["toString:/x"]') },
  { name: "a secret called like a method", file: "targets/pair/compose.yaml", text: service("image: a, secrets: [toString]") },
  { name: "YAML 1.1, in which no is false", file: "experiment.yaml", text: `%YAML 1.1\n---\n${experiment("")}` },
  {
    name: "bytes that are no UTF-8",
    file: "experiment.yaml",
    text: Buffer.concat([Buffer.from(experiment("")), Buffer.from("# \xff\n", "latin1")]),
  },
  { name: "half of a character", file: "experiment.yaml", text: experiment("").replace("title: found", 'title: "\\ud800"') },
  { name: "a raw NUL", file: "experiment.yaml", text: experiment("# \0") },
  { name: "a list as a key", file: "experiment.yaml", text: experiment("[a]: b") },
  { name: "a port beyond all ports", file: "targets/pair/target.yaml", text: probe('kind: http, url: "http://web:99999/"') },
  { name: "a user and a password in a URL", file: "targets/pair/target.yaml", text: probe('kind: http, url: "http://me:hunter22@web/"') },
  // Lines that nobody wrote, in /etc/hosts and in a request.
  {
    name: "an alias of two lines",
    file: "targets/pair/compose.yaml",
    text: service('image: a, networks: { default: { aliases: ["a\\n6.6.6.6 web"] } }'),
  },
  { name: "a host name of two lines", file: "targets/pair/compose.yaml", text: service('image: a, hostname: "a\\n6.6.6.6 web"') },
  {
    name: "a service of two lines",
    file: "targets/pair/compose.yaml",
    text: 'services:\n  web: { image: a }\n  "two\\nlines": { image: a }\n',
  },
  {
    name: "a container name that is an option",
    file: "targets/pair/compose.yaml",
    text: service("image: a, container_name: --privileged"),
  },
  { name: "a request of two lines", file: "targets/pair/target.yaml", text: probe('kind: http, url: "http://web/\\0"') },
];
