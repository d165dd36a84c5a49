// The text of a first target for somebody's Compose file: what the file gives away is filled in as guesses with their reasons, and what it does not is left as a question.
import type { GuessedEdge, GuessedProbe, GuessedSignal, Guesses } from "../files/compose/guesses.ts";
import type { Outline, OutlinedService } from "../files/compose/outline.ts";

export interface FirstTarget {
  readonly outline: Outline;
  readonly guesses: Guesses;
  /** As the first line names it to editors. */
  readonly schema: string;
  /** The Compose file, from the target's folder. */
  readonly compose: string;
  /** The running project that is meant; undefined: planefault starts a copy of the stack. */
  readonly attach: { readonly project: string; readonly isGuess: boolean } | undefined;
}

export function targetText(first: FirstTarget): string {
  const { outline, guesses, schema, compose, attach } = first;
  return [
    `# yaml-language-server: $schema=${schema}`,
    `# A first target for ${compose}, written by \`planefault init --compose\`. What stands below a "guess:" is one, with its reason: confirm or correct it, and take the comment away.`,
    "version: 1",
    `description: ${JSON.stringify(`${outline.project}, as ${compose} describes it`)}`,
    ...(attach ? attachLines(outline, guesses, attach) : copyLines(first)),
    "",
    "# Where it is looked from: users and those who operate it seldom stand in the same place.",
    ...mapping(
      "vantages",
      guesses.vantages.flatMap(({ name, networks, why }) => [guess(why), `  ${name}: { networks: [${networks.join(", ")}] }`]),
    ),
    "",
    "# Who talks to whom: faults on packets, witnesses and the diagnosis go by these.",
    ...listing("edges", guesses.edges.flatMap(edgeLines)),
    "",
    "# Each probe belongs to one plane. data: does traffic flow? control: can it be changed? management: can it be seen and reached?",
    "# An answer is not yet the answer: `expect` should say what makes it the right one (docs/add-a-target.md).",
    ...mapping("probes", guesses.probes.flatMap(probeLines)),
    ...guesses.open.map((sentence) => comment(`open: ${sentence}`)),
    ...(guesses.signals.length === 0
      ? []
      : [
          "",
          "# What the system itself claims about its health: never evidence, but the report says where it lied.",
          "signals:",
          ...guesses.signals.flatMap(signalLines),
        ]),
    "",
  ].join("\n");
}

/** Words of somebody's file stay in their comment. */
const harmless = (text: string): string => text.replaceAll(/\p{Cc}/gu, "\u00b7");
const comment = (text: string): string => `  # ${harmless(text)}`;
const guess = (why: string): string => comment(`guess: ${why}`);
/** An empty mapping or list needs its brackets. */
const mapping = (key: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [`${key}: {}`] : [`${key}:`, ...lines]);
const listing = (key: string, lines: readonly string[]): readonly string[] =>
  lines.some((line) => !/^ *#/u.test(line)) ? [`${key}:`, ...lines] : [`${key}: []`, ...lines];

function copyLines({ outline, guesses, compose }: FirstTarget): readonly string[] {
  const images = [...new Set(outline.services.flatMap(({ image }) => image ?? []))];
  const known = Object.entries(guesses.processes);
  return [
    "# planefault starts a copy of this stack on networks of its own; one that runs already is not touched (`--attach` is for that).",
    `compose: ./${compose}`,
    "# guess: all of them, since faults hit the copy only",
    `allow: [${outline.services.map(({ name }) => name).join(", ")}]`,
    ...(images.length === 0
      ? []
      : [
          "# Nothing is pulled: these must be in the engine, or be built from a folder beside this file that stands in for them.",
          `# images: { ${images.map((image) => `${JSON.stringify(image)}: ./images/NAME`).join(", ")} }`,
        ]),
    ...(known.length === 0
      ? []
      : [
          "# process.pause and its like need the name of the process (at most 15 letters, as the kernel has it):",
          "# overrides:",
          "#   services:",
          ...known.map(([name, { exe, why }]) => `#     ${name}: { x-processes: { ${name}: ${exe} } } # guess: ${harmless(why)}`),
        ]),
  ];
}

function attachLines(outline: Outline, guesses: Guesses, { project, isGuess }: NonNullable<FirstTarget["attach"]>): readonly string[] {
  return [
    "# The containers run already: planefault neither starts nor stops them. Docker Compose shows its projects with `docker compose ls`.",
    ...(isGuess ? ["# guess: Compose calls a project after its folder"] : []),
    `attach: { project: ${JSON.stringify(project)} }`,
    "# Whom faults may hurt. Nobody, until you name them here; nobody else is ever entered.",
    `allow: [] # of ${outline.services.map(({ name }) => name).join(", ")}`,
    ...mapping(
      "networks",
      outline.networks.map(({ name, composeName, engineName }) => `  ${name}: ${networkWords(name, composeName, engineName, project)}`),
    ),
    ...mapping(
      "services",
      outline.services.flatMap((service) => serviceLines(service, guesses)),
    ),
  ];
}

/** Under another name than Compose has, the engine's own name finds it. */
const networkWords = (name: string, composeName: string, engineName: string | undefined, project: string): string => {
  const full = engineName ?? (name === composeName ? undefined : `${project}_${composeName}`);
  return full === undefined ? "{}" : `{ name: ${JSON.stringify(full)} }`;
};

function serviceLines({ name, composeName, networks, replicas }: OutlinedService, { processes }: Guesses): readonly string[] {
  const options = [
    `networks: [${networks.join(", ")}]`,
    ...(name === composeName ? [] : [`labels: { com.docker.compose.service: ${JSON.stringify(composeName)} }`]),
    ...(replicas === 1 ? [] : [`deploy: { replicas: ${replicas} }`]),
  ];
  const process = processes[name];
  return [
    ...(process === undefined ? [] : [guess(`${process.why}; faults on its process need x-processes: { ${name}: ${process.exe} }`)]),
    `  ${name}: { ${options.join(", ")} }`,
  ];
}

function edgeLines({ from, to, port, network, why }: GuessedEdge): readonly string[] {
  const text = `- "${from} -> ${to}:${port ?? "PORT"} on ${network}"`;
  return [guess(why), port === undefined ? `  # ${text}` : `  ${text}`];
}

/** Numbers with which a first look is quick and forgiving. */
const pace = "every: 100ms, deadline: 1s, tolerance: 10%, slowFloor: 50ms";

function probeLines({ name, plane, from, to, port, ask, why }: GuessedProbe): readonly string[] {
  const question =
    "path" in ask
      ? `kind: http, from: ${from}, to: ${to}, url: ${JSON.stringify(`http://${to}:${port}${ask.path}`)}`
      : [
          `kind: tcp, from: ${from}, to: ${to}, port: ${port}`,
          ...(ask.send === undefined ? [] : [`send: ${JSON.stringify(ask.send)}`]),
          ...(ask.expect === undefined ? [] : [`expect: ${JSON.stringify(ask.expect)}`]),
        ].join(", ");
  return [guess(why), `  ${name}: { plane: ${plane}, ${question}, ${pace} }`];
}

const signalLines = ({ name, from, to, port, path, why }: GuessedSignal): readonly string[] => [
  guess(why),
  `  ${name}: { kind: http, from: ${from}, to: ${to}, url: ${JSON.stringify(`http://${to}:${port}${path}`)}, deadline: 2s }`,
];
