// What is said of the predictions that hold by far more than they promise.
import { expect } from "chai";
import { mutate } from "../../src/judge/mutation.ts";
import type { Plan } from "../../src/model/plan.ts";
import { atStrengthZero } from "../../src/plan/strength-zero.ts";
import { mutationExitCode } from "../../src/report/exit-code.ts";
import { mutationText } from "../../src/report/mutation.ts";
import { calm, diskPressure, journal, predictions } from "../judge/journal-builder.ts";

describe("mutationText", () => {
  const plan: Plan = {
    ...diskPressure,
    predictions: [{ ...predictions.slow, atLeast: 2 }, predictions.recovery],
  };
  const mutations = mutate(journal({ plan }), journal({ plan: atStrengthZero(plan), behaviour: calm }));
  const loose = mutationText(mutations)
    .split("\n")
    .filter((line) => line.includes("loose"));

  it("names each bent prediction that still holds, with the factor that was measured", () => {
    expect(loose).to.have.length(3);
    expect(loose[0]).to.match(/^ {2}loose: put-flag slow holds with factor x 10 \(.*\d+x.*\), too$/u);
    // Whoever recovered in time is no figure, and a long list.
    expect(loose.slice(1)).to.deep.equal([
      "  loose: put-flag slow holds with time halved, too",
      "  loose: recovery holds with time halved, too",
    ]);
  });

  it("does not fail a run for them, nor calls calm loose that stays without the fault", () => {
    expect(mutationExitCode(mutations, false)).to.equal(0);
    expect(loose.join("")).not.to.contain("strength 0");
  });
});
