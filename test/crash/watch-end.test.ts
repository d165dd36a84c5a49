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
const lookMs = 200;

describe("a look after a kill", () => {
  /** `there`: what a look sees that begins so long after the kill. */
  async function endOf(there: (ms: number) => Look): Promise<Ending> {
    const killedAt = performance.now();
    const look = async (): Promise<Look> => {
      const seen = there(performance.now() - killedAt);
      await pause(lookMs);
      return seen;
    };
    const killing = { kind: "harness", before: { "box-1": calm }, killedAt, acting: new Set<string>() } as const;
    return await watchEnd({ onlooker: { look }, plan: await tinyPlan("everything") }, boxes, killing);
  }

  it("counts no time that it took itself", async () => {
    const { actedForMs, different } = await endOf((ms) => ({
      "box-1": ms < lookMs ? { ...calm, rules: { elements: ["c_c1"], tables: [] } } : calm,
    }));
    expect([...actedForMs.keys()]).to.deep.equal(["c1"]);
    expect(actedForMs.get("c1")).to.be.below(lookMs / 2);
    expect(different).to.deep.equal([]);
  });
  it("waits for agents to end", async () => {
    const agent = { name: "node", pid: 9, stopped: false, traced: false, ours: "agent" };
    const { different } = await endOf((ms) => ({ "box-1": ms < 2_000 ? { ...calm, processes: [...calm.processes, agent] } : calm }));
    expect(different).to.deep.equal([]);
  });
  it("names components that are no longer there", async () => {
    expect((await endOf((ms) => (ms < lookMs ? { "box-1": calm } : {}))).ended).to.deep.equal(["box-1 has ended"]);
  });
});
