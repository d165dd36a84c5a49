// Every code of a refusal has a bad file and the message that it must give. `GOLDEN=write mocha ...` writes the messages anew; read the difference before you keep it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { besideFolder } from "../../src/files/beside.ts";
import { loadExperiment } from "../../src/files/load-experiment.ts";
import { loadTarget } from "../../src/files/load-target.ts";
import { targetsAbove, withScript } from "../../src/files/read.ts";
import { formatProblem, type Problem } from "../../src/model/problem.ts";
import { problemCodes } from "../../src/model/problem-code.ts";
import { plan } from "../../src/plan/plan.ts";

const folder = new URL("./bad/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function problemsOf(name: string): readonly Problem[] {
  const file = name.replace(/\.yaml$/u, "");
  const raw = readFileSync(new URL(name, folder), "utf8");
  const repeat = Number(/repeat (\d+)/u.exec(raw)?.[1] ?? 0);
  const text = raw + "# filler that makes it larger than any honest file\n".repeat(repeat);
  if (/^description:/mu.test(raw)) {
    const loaded = loadTarget(name, text, { name: file, folder: folder.pathname, beside: besideFolder(folder.pathname) });
    return loaded.ok ? [] : loaded.problems;
  }
  const loaded = withScript(loadExperiment(name, text, targetsAbove(folder.pathname)), folder.pathname);
  if (!loaded.ok) return loaded.problems;
  const facts = /^# facts: (.*)$/mu.exec(raw)?.[1];
  const planned = plan(loaded.experiment, loaded.experiment.target, facts === undefined ? {} : JSON.parse(facts));
  return planned.ok ? [] : planned.problems;
}

describe("bad files", () => {
  it("exist for every code, and for nothing else", () => {
    expect(files.map((name) => name.replace(/\.yaml$/u, "")).toSorted()).to.deep.equal(Object.keys(problemCodes).toSorted());
  });

  for (const name of files) {
    const code = name.replace(/\.yaml$/u, "");
    it(`${code}: one mistake, one problem, the golden message`, () => {
      const problems = problemsOf(name);
      expect(problems.map((problem) => problem.code)).to.deep.equal([code]);
      const golden = new URL(`${code}.txt`, folder);
      const text = `${problems.map(formatProblem).join("\n\n")}\n`;
      if (process.env["GOLDEN"] === "write") writeFileSync(golden, text);
      expect(existsSync(golden), `${code}.txt`).to.equal(true);
      expect(text).to.equal(readFileSync(golden, "utf8"));
    });
  }
});
