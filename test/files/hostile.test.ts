// Some thousands of hostile files through the loader; `npm run test:loader` asks with more of them, and how long each takes.
import { expect } from "chai";
import { hostileCase } from "./hostile/case.ts";
import { HostileFolder } from "./hostile/load-case.ts";
import { treeMutations, textMutations } from "./hostile/mutations.ts";
import { pollution } from "./hostile/pollution.ts";

const count = 2_000;
const seed = 5;

describe("the loader on hostile files", function () {
  this.timeout(300_000);

  it(`answers each of ${count} with a plan or with problems at their places, and nothing is polluted`, async () => {
    using folder = new HostileFolder();
    const seen = new Set<string>();
    const answers = { plans: 0, refusals: 0 };
    for (let index = 0; index < count; index += 1) {
      const one = hostileCase(seed, index);
      const { ok, faults } = await folder.load(one);
      expect(faults, `case ${index} of seed ${seed}: ${one.file}, ${one.mutations.join(", ")}`).to.deep.equal([]);
      for (const mutation of one.mutations) seen.add(mutation);
      answers[ok ? "plans" : "refusals"] += 1;
    }
    // Both kinds of answers, and every mutation: else the generator has lost its teeth.
    expect([...seen].toSorted()).to.deep.equal([...Object.keys(treeMutations), ...Object.keys(textMutations)].toSorted());
    expect(answers.plans).to.be.greaterThan(count / 50);
    expect(answers.refusals).to.be.greaterThan(count / 2);
  });

  it("finds its canaries: a prototype that is written to, and an answer without a place", async () => {
    const shared: object = Object.getPrototypeOf({});
    Object.defineProperty(shared, "planted", { value: 1, configurable: true });
    try {
      expect(pollution()).to.deep.equal(["Object.planted was written to"]);
    } finally {
      Reflect.deleteProperty(shared, "planted");
    }
    expect(pollution()).to.deep.equal([]);
    using folder = new HostileFolder();
    const { faults } = await folder.load({
      file: "experiments/echo/loss.yaml",
      experiment: "experiments/echo/none.yaml",
      bytes: Buffer.from(""),
    });
    expect(faults.join(" ")).to.contain("without a place");
  });
});
