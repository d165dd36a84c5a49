// A secret in each place where one may stand, said by the world outside in every spelling, in whole runs on the model: no byte of it in what a run leaves behind or says.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execute } from "../../src/commands/execute.ts";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { SimWorld } from "../../src/drivers/sim/sim-world.ts";
import type { Plan } from "../../src/model/plan.ts";
import { explainPlan } from "../../src/plan/explain.ts";
import { hidingOf } from "../../src/model/hiding.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";
import { outsiders, places, secretPlan, spellings, talkative } from "./secret-world.ts";

const diskIsIdle = (): boolean => !process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"));

/** Whatever a run writes, and what it says meanwhile and at its end. */
async function leftBy(plan: Plan, fails: boolean): Promise<Readonly<Record<string, string>>> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-secrets-"));
  try {
    const events: unknown[] = [];
    const clock = { ...virtualClock(undefined, diskIsIdle), originNs: 0n };
    const { folder, end, verdict } = await execute(plan, {
      reports,
      seed: 1,
      keep: false,
      signal: new AbortController().signal,
      on: (event) => void events.push(event),
      sessions: {
        facts: {},
        clock: () => clock,
        world: async () => talkative(new SimWorld(clock, seededRandom(1)), fails),
        [Symbol.asyncDispose]: async () => {},
      },
    });
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const texts = await Promise.all(
      files.map(async ({ name, parentPath }) => [name, await readFile(join(parentPath, name), "utf8")] as const),
    );
    return {
      ...Object.fromEntries(texts),
      "what is said": JSON.stringify(events),
      "the end": JSON.stringify(end),
      verdict: JSON.stringify(verdict),
    };
  } finally {
    await rm(reports, { recursive: true });
  }
}

/** "journal.ndjson holds the raw ..." */
function findings(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(texts).flatMap(([file, text]) => [
    ...Object.entries(places).flatMap(([place, secret]) =>
      Object.entries(spellings(secret)).flatMap(([spelling, needle]) =>
        text.includes(needle) ? [`${file} holds the ${place}: ${spelling}`] : [],
      ),
    ),
    ...outsiders.flatMap(([sentence, needle]) => (text.includes(needle) ? [`${file} holds what gives itself away: ${sentence}`] : [])),
  ]);
}

describe("secrets", function () {
  this.timeout(60_000);

  it("the search finds its canaries: each secret in each spelling", () => {
    for (const [place, secret] of Object.entries(places))
      for (const [spelling, needle] of Object.entries(spellings(secret)))
        expect(findings({ file: `x${needle}y` }), `${place}, ${spelling}`).not.to.deep.equal([]);
  });

  for (const fails of [false, true])
    it(`are in nothing that a run ${fails ? "which fails" : "that goes to its end"} writes or says, in no spelling`, async () => {
      const texts = await leftBy(secretPlan(), fails);
      expect(Object.keys(texts)).to.include.members([
        "plan.json",
        "journal.ndjson",
        "verdict.json",
        "report.html",
        "report.txt",
        "junit.xml",
        "app.log",
        "etcd.log",
      ]);
      expect(findings(texts).slice(0, 40)).to.deep.equal([]);
      // Not because nothing was said.
      for (const file of ["plan.json", "journal.ndjson", "app.log", "what is said"]) expect(texts[file], file).to.contain("[hidden]");
      expect(texts["app.log"])
        .to.contain("the server said")
        .and.to.contain("and more")
        .and.to.contain("GET /items?page=2&access_token=[hidden] 401");
      expect(texts["journal.ndjson"]).to.contain('"name":"etcd-app"').and.to.contain('"instance":"item-read@app-1"');
    });

  it("are in nothing that a dry run shows", () => {
    const plan = secretPlan();
    const shown = hidingOf(plan).plan(plan);
    expect(findings({ text: explainPlan(shown), json: JSON.stringify(shown) })).to.deep.equal([]);
  });
});
