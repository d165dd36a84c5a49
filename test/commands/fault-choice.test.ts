// What `init` doubts of the fault that it chose.
import { expect } from "chai";
import { mayNotAct } from "../../src/commands/fault-choice.ts";
import { planOfFile } from "../drivers/sim/load-plan.ts";

describe("the first fault of a target", () => {
  const { stack } = planOfFile("experiments/echo/nothing.yaml");

  it("is doubted where it squeezes the page cache, which hurts only who reads files", () => {
    expect(mayNotAct({ kind: "memory.pressure", on: "echo", headroom: "16MiB" }, stack, ["from-file"]))
      .to.contain("memory.pressure squeezes the page cache, and a run is inconclusive if echo never reads")
      .and.to.contain("--variant names a configuration that reads files, if there is one: from-file");
  });
  it("is not where it drops packets", () => {
    expect(mayNotAct({ kind: "net.loss", on: "echo", percent: 100 }, stack, [])).to.equal(undefined);
  });
});
