// Each string of an experiment, a target and a Compose file is made hostile in turn: `plan` refuses it at its place, or it means nothing wherever it goes.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import * as z from "zod";
import { quoteWords } from "../../src/agent/probe/ssh-attempt.ts";
import { ComposeFile } from "../../src/files/compose/schema.ts";
import type { Beside } from "../../src/files/beside.ts";
import { jsonSchemas } from "../../src/files/json-schema.ts";
import { loadExperiment } from "../../src/files/load-experiment.ts";
import { withScript } from "../../src/files/read.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { plan, type Planned } from "../../src/plan/plan.ts";
import { composeFiles } from "./compose-documents.ts";
import { attachedTargets, composedTarget, experiments, target } from "./documents.ts";
import { harmOf } from "./harm.ts";
import { outletsOf } from "./outlets.ts";
import { replaced, type Spot, spotsOf, stringsIn } from "./strings.ts";

type Schema = Parameters<typeof stringsIn>[0];
const generated = jsonSchemas();
const schemas: Readonly<Record<"experiment" | "target" | "compose", Schema>> = {
  experiment: JSON.parse(generated["experiment.json"] ?? "{}"),
  target: JSON.parse(generated["target.json"] ?? "{}"),
  compose: JSON.parse(JSON.stringify(z.toJSONSchema(ComposeFile, { io: "input", target: "draft-7" }))),
};

/** One set of files that is loaded together; `compose` only where the target names one. */
interface Project {
  readonly experiment: unknown;
  readonly target: unknown;
  readonly compose?: unknown;
}

const plain = {
  version: 1,
  title: "what breaks",
  target: "t",
  phases: { baseline: "10s", fault: "60s", recovery: "60s" },
  faults: [
    { kind: "net.loss", on: "app", to: "dns", percent: 50 },
    { kind: "disk.delay", on: "app", delay: "10ms" },
  ],
  predict: {},
};
const sets: readonly { readonly file: keyof typeof schemas; readonly project: Project }[] = [
  ...experiments.map((experiment) => ({ file: "experiment" as const, project: { experiment, target } })),
  // A target is asked with a load of each kind, so that what it says of both goes somewhere.
  ...["rate", "script"].map((kind) => ({
    file: "target" as const,
    project: {
      experiment: { ...plain, variant: "slow", load: { kind: "k6", ...(kind === "rate" ? { rate: "50/s" } : { script: "./users.js" }) } },
      target,
    },
  })),
  { file: "target", project: { experiment: plain, target: composedTarget, compose: composeFiles[0] } },
  ...attachedTargets.map((attached) => ({ file: "target" as const, project: { experiment: plain, target: attached } })),
  ...composeFiles.map((compose) => ({
    file: "compose" as const,
    project: {
      experiment: plain,
      target: { ...composedTarget, images: undefined, overrides: { services: { app: { "x-processes": { app: "app" } } } } },
      compose,
    },
  })),
];

const files: Readonly<Record<string, string>> = {
  "app/Dockerfile": "FROM a",
  "dns/Dockerfile": "FROM a",
  "app.env": "MORE=1\n",
  "token.txt": "a long secret",
  conf: "x",
};

function planned({ experiment, target, compose }: Project): Planned {
  const beside: Beside = {
    text: (path) => (path === "compose.yaml" ? JSON.stringify(compose) : files[path]),
    variables: (path) => (path === "app.env" ? { MORE: "1" } : undefined),
    look: (path) => (files[path] === undefined ? undefined : { kind: "file", content: "hash" }),
  };
  const loaded = withScript(
    loadExperiment("experiment.yaml", JSON.stringify(experiment), (name) =>
      name === "t"
        ? { ok: true, name, file: "target.yaml", folder: "/t", text: JSON.stringify(target), beside }
        : { ok: false, known: ["t"] },
    ),
    "experiments/echo",
  );
  return loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
}

const hostile = {
  semicolon: "; reboot",
  substitution: "$(reboot)",
  newline: "\nreboot",
  carriage: "\r\nX-Evil: 1",
  option: "--privileged",
  NUL: "\0reboot",
} as const;

/** At the beginning of a string and at its end; an option is one only at the beginning. */
const changesOf = (payload: string): readonly ((text: string) => string)[] => [
  (text) => `${payload}${text}`,
  payload.startsWith("-") ? () => payload : (text) => `${text}${payload}`,
];

/** Each string in the first set that has it and lets it go somewhere: what a target says of scripts goes nowhere in a load at a rate. */
function spotsBySet(): readonly (readonly Spot[])[] {
  const done = new Set<string>();
  return sets.map(({ file, project }) => {
    const isScript = JSON.stringify(project.experiment).includes('"script"');
    const spots = spotsOf(schemas[file], project[file]).filter(
      ({ pointer }) =>
        !done.has(`${file} ${pointer}`) && (file !== "target" || isScript === /\/load\/properties\/(?:hosts|environment)/u.test(pointer)),
    );
    for (const { pointer } of spots) done.add(`${file} ${pointer}`);
    return spots;
  });
}

describe("hostile strings", function () {
  this.timeout(120_000);

  it("every string field of the schemas stands in a document", () => {
    const have = { experiment: new Set<string>(), target: new Set<string>(), compose: new Set<string>() };
    for (const { file, project } of sets) for (const { pointer } of spotsOf(schemas[file], project[file])) have[file].add(pointer);
    for (const [file, schema] of Object.entries(schemas)) {
      const wanted = [...stringsIn(schema)];
      expect(wanted).to.have.length.greaterThan(40);
      expect(
        wanted.filter((pointer) => !have[file as keyof typeof have].has(pointer)),
        file,
      ).to.deep.equal([]);
    }
  });

  it("a new field that no document has is found", () => {
    const more = structuredClone(schemas.experiment) as { properties: Record<string, unknown> };
    more.properties["banner"] = { type: "string" };
    expect([...stringsIn(more)].filter((pointer) => !stringsIn(schemas.experiment).has(pointer))).to.deep.equal(["#/properties/banner"]);
  });

  const total = { refused: 0, taken: 0 };
  for (const [index, spots] of spotsBySet().entries()) {
    const { file, project } = sets[index] ?? { file: "experiment", project: { experiment: {}, target: {} } };
    if (spots.length === 0) continue;
    it(`mean nothing in ${file} ${index + 1}`, () => {
      const usual = planned(project);
      if (!usual.ok) throw new Error(usual.problems.map(formatProblem).join("\n"));
      const outlets = outletsOf(usual.plan);
      expect(harmOf(outlets, outlets, "; reboot")).to.deep.equal([]);
      const seen = { refused: 0, taken: 0 };
      const harms: string[] = [];
      for (const spot of spots)
        for (const [name, payload] of Object.entries(hostile))
          for (const change of changesOf(payload)) {
            const answer = planned({ ...project, [file]: replaced(project[file], spot, change) });
            seen[answer.ok ? "taken" : "refused"] += 1;
            const harm = answer.ok
              ? harmOf(outletsOf(answer.plan), outlets, payload, file === "compose" && isCommandText(spot))
              : answer.problems.length === 0
                ? ["refused without a problem"]
                : [];
            harms.push(...harm.map((one) => `${wordsOf(spot)}, ${name}: ${one}`));
          }
      expect(harms).to.deep.equal([]);
      total.refused += seen.refused;
      total.taken += seen.taken;
    });
  }

  it("were asked in hundreds of places, and both refused and taken", () => {
    expect(total.refused).to.be.greaterThan(1_000);
    expect(total.taken).to.be.greaterThan(100);
  });

  it("words for a far shell arrive there as they are", () => {
    const words = [
      ...Object.values(hostile).filter((word) => !word.includes("\0")),
      "it's",
      '"',
      "\\",
      "`reboot`",
      "A=b",
      "if",
      "*",
      "~",
      "",
      "é",
      "a b",
      "#x",
      "!!",
      "\t",
    ];
    const { stdout, status } = spawnSync("/bin/sh", ["-c", quoteWords(["printf", "%s\\0", ...words])], {
      encoding: "utf8",
      timeout: 10_000,
    });
    expect([status, stdout.split("\0").slice(0, -1)]).to.deep.equal([0, words]);
    // As the first word none is an assignment, an option of the shell or the beginning of anything: there is no such program.
    for (const word of ["PATH=/nowhere", "if", "--privileged", "; true", "$(true)", "true\ntrue"])
      expect(spawnSync("/bin/sh", ["-c", quoteWords([word, "x"])], { timeout: 10_000 }).status, word).to.equal(127);
  });
});

/** Compose splits a text under these keys into words; no shell reads it. */
const isCommandText = ({ path }: Spot): boolean => path.at(-1) === "command" || path.at(-1) === "entrypoint";

const wordsOf = ({ path, part }: Spot): string => `${part} of ${path.join(".")}`;
