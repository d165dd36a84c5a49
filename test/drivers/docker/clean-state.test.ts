// A kept stack serves the next run only if it is as it was; who was renewed by a fault is excused in that fault's run alone.
import { expect } from "chai";
import { CleanState } from "../../../src/drivers/docker/clean-state.ts";
import type { Change } from "../../../src/model/op.ts";

const key = "store-1/process/store/identity";
const digest = (identity: string | undefined, routes = "none") => ({
  "store-1/routes": routes,
  ...(identity === undefined ? {} : { [key]: identity }),
});
const kill: Pick<Change, "apply"> = { apply: { op: "process.kill", at: { component: "store-1", process: "store" } } };

describe("a kept stack after a fault that renewed a process", () => {
  it("is clean with the process that the run itself saw at its end", () => {
    const state = new CleanState(digest("7"));
    state.shot(kill);
    state.saw(digest("8"));
    state.endRun();
    expect(state.firstDifference(digest("8"))).to.equal(undefined);
  });

  it("is not clean where that process was renewed once more, by itself, after the run", () => {
    const state = new CleanState(digest("7"));
    state.shot(kill);
    state.saw(digest("8"));
    state.endRun();
    expect(state.firstDifference(digest("9"))).to.equal(key);
  });

  it("is not clean where that process was renewed by itself in a later run", () => {
    const state = new CleanState(digest("7"));
    state.shot(kill);
    state.saw(digest("8"));
    state.endRun();
    state.saw(digest("9"));
    state.endRun();
    expect(state.firstDifference(digest("9"))).to.equal(key);
  });

  it("is not clean where the run never saw a successor", () => {
    const state = new CleanState(digest("7"));
    state.shot(kill);
    state.saw(digest(undefined));
    state.endRun();
    expect(state.firstDifference(digest("8"))).to.equal(key);
  });

  it("is not clean where anything else is different", () => {
    const state = new CleanState(digest("7"));
    state.shot(kill);
    state.saw(digest("8", "default"));
    state.endRun();
    expect(state.firstDifference(digest("8", "default"))).to.equal("store-1/routes");
  });
});

describe("a kept stack on which nothing was fired", () => {
  it("is not clean where a process is another one", () => {
    const state = new CleanState(digest("7"));
    state.saw(digest("8"));
    state.endRun();
    expect(state.firstDifference(digest("8"))).to.equal(key);
  });
});
