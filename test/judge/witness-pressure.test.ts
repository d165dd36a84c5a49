// Witnesses of held and failing syncs and of squeezed processors: what is proof, and what is not.
import { expect } from "chai";
import type { WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { partAt, times } from "./journal-builder.ts";
import { leaksSeen, stateOf } from "./witness-state.ts";

const at = { component: "etcd-1", process: "etcd" };
const common = { id: "w1", changes: ["c1"], at };

const acts = (when: number): boolean => partAt(when) === "fault" && when > times.fault;

describe("sync witness", () => {
  const delay: Witness = { ...common, kind: "sync", asked: { delayMs: 500 } };
  const fail = (failEvery: number): Witness => ({ ...common, kind: "sync", asked: { failEvery } });
  const rows =
    (more: WitnessRow[1] = {}, outside: WitnessRow[1] = {}) =>
    (when: number): WitnessRow[1] =>
      acts(when)
        ? { traced: 1, halted: 0, sameStart: 1, calls: 2, failed: 0, shortestMs: 500.4, ...more }
        : { traced: 0, halted: 0, sameStart: 1, calls: 0, failed: 0, ...outside };

  it("acts where each sync took at least the delay", () => expect(stateOf(delay, rows())).equal("acted gone fair"));
  it("does not act where one sync took less, or nobody syncs", () => {
    expect(stateOf(delay, rows({ shortestMs: 480 }))).equal("idle gone fair");
    expect(stateOf(delay, rows({ shortestMs: 499.9 }))).equal("acted gone fair");
    expect(stateOf(delay, (when) => (acts(when) ? { traced: 1, halted: 0, sameStart: 1, calls: 0, failed: 0 } : rows()(when)))).equal(
      "idle gone fair",
    );
  });
  it("does not act where the tracer was gone meanwhile, where somebody traced before, or on another process", () => {
    expect(stateOf(delay, (when) => (when >= 20_000 && when < 21_000 ? rows()(0) : rows()(when)))).equal("idle gone fair");
    expect(stateOf(delay, (when) => (when < times.fault ? { ...rows()(when), traced: 1 } : rows()(when)))).equal("idle gone fair");
    expect(stateOf(delay, rows({ sameStart: 0 }))).equal("idle gone fair");
  });
  it("needs no more syncs than a long delay leaves time for, and three of any other", () => {
    const once = (when: number) => (when === 25_000 ? rows({ calls: 1, shortestMs: 9_000.1 })(when) : { ...rows({ calls: 0 })(when) });
    const quiet = (when: number): WitnessRow[1] => {
      const { shortestMs, ...others } = once(when);
      return others["calls"] === 1 && shortestMs !== undefined ? { ...others, shortestMs } : others;
    };
    expect(stateOf({ ...common, kind: "sync", asked: { delayMs: 9_000 } }, quiet)).equal("acted gone fair");
    expect(stateOf(delay, quiet)).equal("idle gone fair");
  });
  it("has seen nothing where nobody looked before, after or at all", () => {
    expect(stateOf(delay, () => undefined)).equal("idle there fair");
    expect(stateOf(delay, (when) => (when < times.fault ? undefined : rows()(when)))).equal("idle gone fair");
    expect(stateOf(delay, (when) => (when > times.undone ? undefined : rows()(when)))).equal("acted there fair");
  });
  it("has not seen what lies between two looks", () => {
    expect(stateOf(delay, (when) => (when > 15_000 && when < 25_000 ? undefined : rows()(when)))).equal("idle gone fair");
  });
  it("is not gone where the process is still traced, or halted by nobody any more", () => {
    const after = (more: WitnessRow[1]) => (when: number) => (partAt(when) === "recovery" ? { ...rows()(when), ...more } : rows()(when));
    expect(stateOf(delay, after({ traced: 1 }))).equal("acted there fair");
    expect(stateOf(delay, after({ halted: 1 }))).equal("acted there fair");
  });
  it("acts where the asked share of the syncs failed", () => {
    expect(stateOf(fail(1), rows({ failed: 2, shortestMs: 0.1 }))).equal("acted gone fair");
    expect(stateOf(fail(3), rows({ calls: 6, failed: 2, shortestMs: 0.1 }))).equal("acted gone fair");
  });
  it("does not act where too few or too many failed", () => {
    expect(stateOf(fail(1), rows({ failed: 1 }))).equal("idle gone fair");
    expect(stateOf(fail(3), rows({ failed: 0 }))).equal("idle gone fair");
    expect(stateOf(fail(3), rows({ calls: 6, failed: 6 }))).equal("idle gone fair");
  });
});

describe("cpu witness", () => {
  const witness: Witness = { ...common, kind: "cpu", cpus: 0.2 };
  interface Given {
    readonly workMs?: number;
    readonly elsewhereMs?: number;
    readonly cpus?: number;
    readonly held?: number;
    readonly afterMs?: number;
    readonly quotaUs?: (when: number) => number;
  }
  const rows =
    ({ workMs = 120, elsewhereMs = 5, cpus = 0.2, held = 1, afterMs = 5, quotaUs }: Given = {}) =>
    (when: number): WitnessRow[1] => {
      const periods = Math.max(0, Math.min(when, times.undo) - times.fault) / 100;
      return {
        workMs: acts(when) ? workMs : when >= times.undo ? afterMs : 5,
        bystanderMs: acts(when) ? elsewhereMs : 5,
        usedMs: cpus * when,
        periods,
        throttled: held * periods,
        ...(quotaUs && { quotaUs: quotaUs(when) }),
      };
    };

  it("acts where the group keeps to its quota, is held back, and our work in it crawls", () =>
    expect(stateOf(witness, rows())).equal("acted gone fair"));
  it("does not act where one of the three is missing", () => {
    expect(stateOf(witness, rows({ workMs: 15 }))).equal("idle gone fair");
    expect(stateOf(witness, rows({ cpus: 0.4 }))).equal("idle gone fair");
    expect(stateOf(witness, rows({ held: 0.2 }))).equal("idle gone fair");
  });
  it("does not act where work outside of the group crawls as well: the machine is slow, which is harm", () => {
    expect(stateOf(witness, rows({ elsewhereMs: 110 }))).equal("idle gone harm");
  });
  it("is still there where our work in the group goes on crawling", () =>
    expect(stateOf(witness, rows({ afterMs: 120 }))).equal("acted there fair"));
  it("is still there where another quota is in force than before, though nobody used it up", () => {
    const quota = (left: number, before = -1) => rows({ quotaUs: (when) => (acts(when) ? 20_000 : when < times.fault ? before : left) });
    expect(stateOf(witness, quota(-1))).equal("acted gone fair");
    expect(stateOf(witness, quota(20_000))).equal("acted there fair");
    expect(stateOf(witness, quota(-1, 50_000))).equal("acted there fair");
    expect(stateOf(witness, (when) => (when > times.undone ? { quotaUs: 20_000 } : quota(-1)(when)))).equal("acted there fair");
    expect(stateOf(witness, rows({ quotaUs: (when) => (when > 45_000 || acts(when) ? 20_000 : -1) }))).equal("acted there fair");
    // Where the quota was not read before, nobody knows what it should be.
    expect(
      stateOf(witness, (when) => {
        const { quotaUs: _, ...others } = quota(-1)(when);
        return when < times.fault ? others : quota(-1)(when);
      }),
    ).equal("acted there fair");
  });
  it("proves no leak by a slow sum or two where the kernel names the quota from before: the run may have ended at once, on a busy machine", () => {
    const slowFor = (ms: number, quotaUs: (when: number) => number) => (when: number) =>
      when > times.undone + ms ? undefined : rows({ afterMs: 120, quotaUs })(when);
    const given = (when: number): number => (acts(when) ? 20_000 : -1);
    expect(leaksSeen(witness, slowFor(3_500, given))).to.deep.equal([]);
    expect(leaksSeen(witness, slowFor(20_000, given))).to.have.length(1);
    expect(
      leaksSeen(
        witness,
        slowFor(3_500, (when) => (when < times.fault ? -1 : 20_000)),
      ),
    ).to.have.length(1);
  });
  it("has seen nothing where nobody looked before, after or at all", () => {
    expect(stateOf(witness, () => undefined)).equal("idle there fair");
    expect(stateOf(witness, (when) => (when < times.fault ? undefined : rows()(when)))).equal("idle gone fair");
    expect(stateOf(witness, (when) => (when > times.undone ? undefined : rows()(when)))).equal("acted there fair");
  });
  it("has not seen what lies between two looks, nor without a look at other work", () => {
    expect(stateOf(witness, (when) => (when > 15_000 && when < 25_000 ? undefined : rows()(when)))).equal("idle gone fair");
    expect(
      stateOf(witness, (when) => {
        const { bystanderMs: _, ...others } = rows()(when);
        return others;
      }),
    ).equal("idle gone fair");
  });
});
