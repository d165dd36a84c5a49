// link.flap: link.down again and again, at times that the witness can tell.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const flap = (options: string): string => `{ kind: link.flap, on: app, network: data, ${options} }`;

describe("link.flap", () => {
  it("is one change that ends with the link up", () => {
    const place = { at: { component: "app" }, network: "data" };
    const times = { downMs: 500, upMs: 1_500 };
    expect(compiled(flap("down: 500ms, up: 1.5s"))).to.deep.equal({
      sentence: "let the interface of app on network data go down for 500ms and come up for 1.5s, again and again",
      changes: [{ apply: { op: "link.down", ...place, flap: times }, undo: { op: "link.up", ...place }, holder: "agent" }],
      witnesses: [{ kind: "link", id: "w1", changes: ["c1"], ...place, peer: { component: "user" }, flap: times }],
      needs: [],
    });
  });
  it("refuses times that nobody could see, and missing ones", () => {
    const tooShort = "invalid-value: a link stays down and up for at least 100ms each, which our witness can see";
    expect(refusals(flap("down: 50ms, up: 1s"))).to.deep.equal([tooShort]);
    expect(refusals(flap("down: 1s, up: 99ms"))).to.deep.equal([tooShort]);
    expect(refusals(flap("down: 1s"))).to.deep.equal(['missing-option: link.flap needs the option "up"']);
    expect(refusals("{ kind: link.flap, on: app, down: 1s, up: 1s }")).to.deep.equal([
      "missing-option: link.flap needs `network`, one of app's: data, control, mgmt",
    ]);
  });
});
