// Whole experiments of this repository on the model, file to verdict: what is confirmed there. Injectors that lie: sabotage.test.ts.
import { globSync } from "node:fs";
import { expect } from "chai";
import { judge } from "../../../src/judge/judge.ts";
import { simulate } from "../../run/simulate.ts";
import { planOfFile } from "./load-plan.ts";

/** No script of k6 is run there. The model knows neither health checks that turn red when a watch breaks nor alerts, how a quorum feels a squeezed processor, or an election under a flapping link. */
const beyondTheModel = [
  "experiments/echo/k6-users.yaml",
  ...[
    "quorum-lost",
    "watch-cut",
    "watch-silent-noticed",
    "metrics-blocked",
    "member-cut",
    "audit-blocked-alert",
    "cpu-pressure",
    "cpu-pressure-follower",
    "link-flap-leader",
  ].map((name) => `experiments/etcd-app/${name}.yaml`),
];

describe("experiments on the model", function () {
  this.timeout(20_000);

  const files = globSync("experiments/*/*.yaml").toSorted();
  it("are found", () => expect(files).to.include.members(beyondTheModel));
  for (const file of files.filter((name) => !beyondTheModel.includes(name)))
    it(`${file} ends as it expects`, async () => {
      const verdict = judge((await simulate(planOfFile(file))).journal.records);
      expect(verdict.asExpected, verdict.reason).to.equal(true);
    });

  it("leave the thresholds of a script undecided, and say why", async () => {
    const { outcome, reason } = judge((await simulate(planOfFile("experiments/echo/k6-users.yaml"))).journal.records);
    expect([outcome, reason]).to.deep.equal(["inconclusive", "load-ran: k6 left no summary: the simulator runs no script"]);
  });
});
