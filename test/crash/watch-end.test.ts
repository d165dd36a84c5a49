// When a change is said to have ended: by the beginning of the last look that saw it.
import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { tinyPlan } from "../docker/tiny.ts";
import type { BoxLook, Look } from "./look.ts";
import { type Ending, watchEnd } from "./watch-end.ts";

const calm: BoxLook = {
  network: {},
  rules: { elements: [], tables: [] },
  limits: {},
  processes: ["writer", "clerk"].map((name, pid) => ({ name, pid, stopped: false, traced: false, ours: undefined })),
};
const boxes = [{ name: "box-1", containerId: "b0b0", beside: [], pid: 1 }];
const lookMs = 400;

describe("a look after a kill", () => {
  /** The first look sees this; whatever comes after it is calm. */
  async function endOf(first: Look, rest: Look = { "box-1": calm }): Promise<Ending & { readonly looks: number }> {
    let looks = 0;
    const look = async (): Promise<Look> => {
      looks += 1;
      if (looks > 1) return rest;
      await pause(lookMs);
      return first;
    };
    const plan = await tinyPlan("everything");
    const killing = { kind: "harness", before: { "box-1": calm }, killedAt: performance.now(), acting: new Set<string>() } as const;
    return { ...(await watchEnd({ onlooker: { look }, plan }, boxes, killing)), looks };
  }

  it("counts no time that it took itself", async () => {
    const { actedForMs, different } = await endOf({ "box-1": { ...calm, rules: { elements: ["c_c1"], tables: [] } } });
    expect([...actedForMs.keys()]).to.deep.equal(["c1"]);
    expect(actedForMs.get("c1")).to.be.below(lookMs / 2);
    expect(different).to.deep.equal([]);
  });
  it("waits for agents to end", async () => {
    const agent = { name: "node", pid: 9, stopped: false, traced: false, ours: "agent" };
    const { looks, different } = await endOf({ "box-1": { ...calm, processes: [...calm.processes, agent] } });
    expect(looks).to.be.above(1);
    expect(different).to.deep.equal([]);
  });
  it("names components that are no longer there", async () => {
    expect((await endOf({ "box-1": calm }, {})).ended).to.deep.equal(["box-1 has ended"]);
  });
});
