// noop: nothing is broken, so there is nothing to undo and nothing to witness.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

describe("noop", () => {
  it("breaks nothing and says so", () => {
    expect(compiled("{ kind: noop }")).to.deep.equal({ sentence: "break nothing", changes: [], witnesses: [], needs: [] });
  });
  it("takes no place: there is none to break", () => {
    expect(refusals("{ kind: noop, on: app }")).to.deep.equal(['unknown-option: unknown option "on" of noop. Known: kind, at, for.']);
  });
});
