// A Compose file as it becomes part of a target: golden files for what is understood, a table for what is refused. `GOLDEN=write mocha ...` writes them anew; read the difference before you keep it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { besideFolder } from "../../../src/files/beside.ts";
import { loadCompose } from "../../../src/files/compose/load.ts";
import { formatProblem } from "../../../src/model/problem.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const read = (text: string) =>
  loadCompose({
    file: "compose.yaml",
    path: "project/compose.yaml",
    text,
    beside: besideFolder(here),
    images: { "stand/in:1": "./images/in", "project-built": "./images/built" },
    folderName: "any",
  });
const messages = (text: string): readonly string[] => {
  const loaded = read(text);
  return loaded.ok ? [] : loaded.problems.map((problem) => formatProblem(problem).split("\n")[0] ?? "");
};
const refusals = (service: string, rest = ""): readonly string[] => messages(`services:\n  web:\n    ${service}\n${rest}`);

function golden(name: string, text: string): void {
  const file = `${here}${name}`;
  if (process.env["GOLDEN"] === "write") writeFileSync(file, text);
  expect(existsSync(file), name).to.equal(true);
  expect(text).to.equal(readFileSync(file, "utf8"));
}

describe("a Compose file", () => {
  it("with every key that is understood, in every form, becomes what the golden file says", () => {
    const loaded = read(readFileSync(`${here}project/everything.yaml`, "utf8"));
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).to.deep.equal([]);
    golden("everything.json", `${JSON.stringify(loaded.ok && loaded.project, undefined, 2)}\n`);
  });

  it("takes the engine's usual capabilities as Compose does, adds and drops", () => {
    const loaded = read("services:\n  web: { image: a, cap_drop: [all], cap_add: [NET_BIND_SERVICE] }\n  plain: { image: a }\n");
    const of = (name: string) => (loaded.ok ? loaded.project.services[name]?.component.capabilities : []);
    expect(of("web")).to.deep.equal(["NET_BIND_SERVICE"]);
    expect(of("plain")).to.have.length(14);
  });

  it("replaces an image, and a build by the name that Compose gives it, by a folder of the target", () => {
    const loaded = read("services:\n  built: { build: . }\n  other: { image: stand/in:1 }\n");
    expect(loaded.ok && Object.values(loaded.project.services).map(({ component }) => component.build)).to.deep.equal([
      "./images/built",
      "./images/in",
    ]);
  });

  it("never takes a variable from the environment of planefault", () => {
    process.env["PLANEFAULT_TEST_VARIABLE"] = "seen";
    try {
      expect(refusals('image: "a:${PLANEFAULT_TEST_VARIABLE}"')).to.deep.equal([
        'compose.yaml:3:12 the variable PLANEFAULT_TEST_VARIABLE has no value: give it a default ("${PLANEFAULT_TEST_VARIABLE:-...}") or a line in the file .env beside the Compose file; the environment of planefault itself is not read',
      ]);
    } finally {
      delete process.env["PLANEFAULT_TEST_VARIABLE"];
    }
  });

  it("is refused by name, with the place, for what would reach the host or mean something else here", () => {
    const table: readonly string[] = [
      ...refusals("{ image: a, privileged: true }"),
      ...refusals("{ image: a, network_mode: host }"),
      ...refusals("{ image: a, pid: host }"),
      ...refusals("{ image: a, imagee: b }"),
      ...refusals("{ image: a, cap_add: [ALL] }"),
      ...refusals("{ image: a, cap_add: [NET_ADMIN, CAP_SYS_MODULE] }"),
      ...refusals("{ image: a, volumes: [/etc:/etc] }"),
      ...refusals("{ image: a, volumes: [../../compose:/x] }"),
      ...refusals("{ image: a, volumes: [./none:/x] }"),
      ...refusals("{ image: a, volumes: [data:/x] }"),
      ...refusals("{ image: a, volumes: [data:/x] }", "  two: { image: a, volumes: [data:/y] }\nvolumes: { data: }\n"),
      ...refusals("{ image: a, volumes: [data:/x] }", "volumes: { data: { external: true } }\n"),
      ...refusals("{ image: a, secrets: [tokn] }", "secrets: { token: { file: ./password.txt } }\n"),
      ...refusals("{ image: a, secrets: [token] }", "secrets: { token: { file: /etc/shadow } }\n"),
      ...refusals("{ image: a, secrets: [token] }", "secrets: { token: { environment: TOKEN } }\n"),
      ...refusals("{ build: ../../.. }"),
      ...refusals("{ build: ./none }"),
      ...refusals("{ build: { context: ., secrets: [a] } }"),
      ...refusals("{ environment: { A: b } }"),
      ...refusals("{ image: a, networks: [frnt] }", "networks: { front: }\n"),
      ...refusals("{ image: a, networks: { front: { ipv4_address: 10.0.0.2 } } }", "networks: { front: }\n"),
      ...refusals("{ image: a, depends_on: [two] }", "  two: { image: a, depends_on: [web] }\n"),
      ...refusals("{ image: a, depends_on: { two: { condition: service_completed_successfully } } }", "  two: { image: a }\n"),
      ...refusals('{ image: a, command: "run | tee log" }'),
      ...refusals('{ image: a, command: "run \'all" }'),
      ...refusals("{ image: a, healthcheck: { test: [curl, -f] } }"),
      ...refusals('{ image: "a$" }'),
      ...refusals('{ image: "a${B" }'),
      ...refusals("{ image: a }", "  WEB: { image: b }\n  _: { image: c }\n"),
      ...refusals("{ image: a }", "include: [other.yaml]\n"),
      ...refusals("{ extends: { service: base } }"),
    ];
    golden("refusals.txt", `${table.join("\n")}\n`);
  });

  it("tells all mistakes of a file at once, each once", () => {
    expect(messages("services:\n  a: { image: x, devices: [d], ipc: host }\n  b: { imag: y }\n")).to.have.length(3);
  });
});
