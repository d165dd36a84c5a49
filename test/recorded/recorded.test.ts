// Experiments that the simulator cannot play: a real run of each was recorded, and ends as today's file expects. What the target does today is told by a round on containers only.
import { expect } from "chai";
import { judge, planOf } from "../../src/judge/judge.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { planOfFile } from "../drivers/sim/load-plan.ts";
import { essenceOf, recordedExperiments, recordedRun } from "./journal.ts";

const judgedBy = (plan: Plan, records: readonly JournalRecord[]) =>
  judge(records.map((record) => (record.type === "run" ? { ...record, plan } : record)));

/** As if nobody had looked from the fault on. */
function unseen(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const fireAt = records.find((record) => record.type === "phase" && record.phase === "fire")?.at ?? 0;
  return records.filter(({ type, at }) => (type !== "samples" && type !== "claims") || at < fireAt);
}

describe("recorded experiments", function () {
  this.timeout(20_000);
  for (const file of recordedExperiments)
    describe(file, () => {
      const plan = planOfFile(file);
      let records: readonly JournalRecord[] = [];
      before(() => {
        records = recordedRun(file);
      });
      after(() => {
        records = [];
      });

      it("was recorded with these phases, faults and probes (else: run it, and npm run test:record -- FOLDER)", () => {
        const recorded = planOf(records);
        expect(recorded && essenceOf(recorded)).to.deep.equal(essenceOf(plan));
      });
      it("ends as the file expects", () => {
        const { asExpected, reason } = judgedBy(plan, records);
        expect(asExpected, reason).to.equal(true);
      });
      it("does not where nobody looked", () => expect(judgedBy(plan, unseen(records)).asExpected).to.equal(false));
    });
});
