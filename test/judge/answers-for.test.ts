// For whom a signal answers: its own component, what hangs on it, or all.
import { expect } from "chai";
import { answersFor } from "../../src/judge/answers-for.ts";
import type { SignalInstance } from "../../src/model/probe.ts";
import { pathOf } from "../../src/judge/paths.ts";
import { probes, signals, stack } from "./etcd-app.ts";

const [health] = signals as readonly [SignalInstance];
const of = (component: string): SignalInstance => ({ ...health, component });
const known = probes.map((probe) => pathOf(stack, probe));
const namesFor = (signal: SignalInstance, impaired: readonly string[]): readonly string[] =>
  answersFor(stack, signal, known, ({ probe: { name, instance } }) => impaired.includes(name) || impaired.includes(instance)).map(
    ({ probe }) => probe.instance,
  );
/** Names of the impaired ones for which the signal of this component answers, where these are impaired. */
const answered = (component: string, impaired: readonly string[]): readonly string[] => namesFor(of(component), impaired);

describe("a signal answers", () => {
  it("for what is asked of its own component, be all else there well, and not for its neighbour", () => {
    expect(answered("app-2", ["put-flag@app-2", "put-flag@app-1"])).to.deep.equal(["put-flag@app-2"]);
    expect(answered("app-1", ["item-read@app-2", "put-flag@app-2"])).to.deep.equal([]);
  });
  it("for no news that somebody else should have written who is in trouble himself", () => {
    expect(answered("app-2", ["put-flag@app-1", "flag-propagation"])).to.deep.equal([]);
    expect(answered("app-2", ["flag-propagation"])).to.deep.equal(["flag-propagation"]);
    expect(answered("etcd-2", ["put-flag@app-1", "flag-propagation"])).to.deep.equal([]);
  });
  it("for nobody who answers nothing at all, unless nobody behind it answers anything", () => {
    const first = ["item-read@app-1", "put-flag@app-1", "flag-propagation"];
    expect(answered("etcd-1", first)).to.deep.equal([]);
    expect(answered("etcd-1", [...first, "item-read@app-2", "put-flag@app-2"])).to.deep.equal(["put-flag@app-1"]);
  });
  it("for the replica that hangs on it, and not for its sibling's", () => {
    const second = ["put-flag@app-2", "flag-propagation"];
    expect(answered("etcd-2", second)).to.deep.equal(second);
    expect(answered("etcd-1", second)).to.deep.equal([]);
  });
  it("for all behind its siblings only where hardly one of them is well", () => {
    expect(answered("etcd-3", ["put-flag@app-2"])).to.deep.equal([]);
    expect(answered("etcd-3", ["put-flag", "flag-propagation"])).to.deep.equal(["put-flag@app-1", "put-flag@app-2"]);
  });
  it("for those of the plane on which it is asked: users of a cache say nothing of the store behind it", () => {
    expect(answered("etcd-1", ["item-read"])).to.deep.equal([]);
    expect(answered("etcd-2", ["put-flag", "flag-propagation"])).to.deep.equal(["put-flag@app-2"]);
  });
  it("for everybody where nobody asks it on the way, as of a dashboard", () => {
    expect(answered("prometheus", ["item-read@app-1", "put-flag@app-2"])).to.deep.equal(["item-read@app-1", "put-flag@app-2"]);
  });
  it("for no way in, and no view, unless its target says so", () => {
    expect(answered("etcd-1", ["ssh-banner"])).to.deep.equal([]);
    const also = { ...of("etcd-1"), alsoAbout: ["ssh-banner"] };
    expect(namesFor(also, ["ssh-banner"])).to.deep.equal(["ssh-banner@etcd-1"]);
  });
});
