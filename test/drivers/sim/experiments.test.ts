// Whole experiments of this repository on the model, file to verdict: what is confirmed there. Injectors that lie: sabotage.test.ts.
import { expect } from "chai";
import { judge } from "../../../src/judge/judge.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { simulate } from "../../run/simulate.ts";
import { planOfFile } from "./load-plan.ts";

/** Without the recovery of probes that look so rarely that their baseline cannot tell a relapse from chance. */
const decidable = (plan: Plan): Plan => ({
  ...plan,
  predictions: plan.predictions.map((prediction) =>
    prediction.kind === "recovery"
      ? {
          ...prediction,
          instances: prediction.instances.filter(
            (instance) => (plan.probes.find((probe) => probe.instance === instance)?.everyMs ?? 0) < 1_000,
          ),
        }
      : prediction,
  ),
});

describe("experiments on the model", function () {
  this.timeout(20_000);

  for (const file of [
    "experiments/echo/nothing.yaml",
    "experiments/echo/loss.yaml",
    "experiments/echo/wrong.yaml",
    "experiments/etcd-app/disk-pressure.yaml",
    "experiments/etcd-app/read-through.yaml",
    "experiments/etcd-app/user-loss.yaml",
    "experiments/etcd-app/reference-wrong.yaml",
  ])
    it(`${file} ends as it expects`, async () => {
      const verdict = judge((await simulate(decidable(planOfFile(file)))).journal.records);
      expect(verdict.asExpected, verdict.reason).to.equal(true);
    });
});
