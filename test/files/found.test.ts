// Each file that once was too much for the loader, and what it says of it now. `GOLDEN=write mocha ...` writes the messages anew; read the difference before you keep it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readExperiment } from "../../src/files/read.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { plan } from "../../src/plan/plan.ts";
import { type Found, found } from "./found/cases.ts";
import { planFaults } from "./hostile/load-case.ts";

const goldens = new URL("./found/", import.meta.url);
const sound: Readonly<Record<Found["file"], string>> = {
  "experiment.yaml":
    "version: 1\ntitle: sound\ntarget: pair\nphases: { baseline: 5s, fault: 10s, recovery: 10s }\nfaults: []\npredict: {}\n",
  "targets/pair/target.yaml": `version: 1
description: a server
compose: ./compose.yaml
allow: [web]
vantages: { user: { networks: [default] } }
probes: { get: { plane: data, kind: http, from: user, to: web, url: "http://web/", every: 100ms, deadline: 1s } }
`,
  "targets/pair/compose.yaml": "services: { web: { image: a } }\n",
};

function saidOf(file?: Found["file"], text?: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "planefault-found-"));
  try {
    for (const [path, usual] of Object.entries(sound)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), path === file && text !== undefined ? text : usual);
    }
    const loaded = readExperiment(join(folder, "experiment.yaml"));
    const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
    if (planned.ok) return planFaults(planned.plan).join("\n");
    return `${planned.problems
      .map(formatProblem)
      .join("\n\n")
      .replaceAll(/\S*?(?=(?:targets\/pair\/|experiment)[\w/]*\.?yaml:\d)/gu, "")}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fileOf = (name: string): string => `${name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-")}.txt`;

describe("files that were found", () => {
  it("stand in a project that is sound without them", () => {
    expect(saidOf()).to.equal("");
    expect(
      readdirSync(goldens)
        .filter((name) => name.endsWith(".txt"))
        .toSorted(),
    ).to.deep.equal(found.map(({ name }) => fileOf(name)).toSorted());
  });

  for (const { name, file, text } of found)
    it(name, () => {
      const said = saidOf(file, text);
      const golden = new URL(fileOf(name), goldens);
      if (process.env["GOLDEN"] === "write") writeFileSync(golden, said);
      expect(existsSync(golden), golden.pathname).to.equal(true);
      expect(said).to.equal(readFileSync(golden, "utf8"));
    });
});
