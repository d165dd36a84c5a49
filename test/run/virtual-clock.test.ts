import { expect } from "chai";
import { EventEmitter } from "node:events";
import { PlanefaultError } from "../../src/model/error.ts";
import { monotonicClock } from "../../src/run/clock.ts";
import { withDeadline } from "../../src/run/deadline.ts";
import { interruptible } from "../../src/run/interrupt.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";

describe("virtualClock", () => {
  it("wakes in the order of instants, equal ones in the order of asking, and passes an hour at once", async () => {
    const clock = virtualClock();
    const woken: string[] = [];
    await Promise.all(
      [["b", 3_600_000] as const, ["a", 5] as const, ["c", 3_600_000] as const].map(async ([name, atMs]) => {
        await clock.until(atMs);
        woken.push(`${name} ${clock.now()}`);
      }),
    );
    expect(woken).to.deep.equal(["a 5", "b 3600000", "c 3600000"]);
  });

  it("rejects with the signal's reason and forgets the waiter", async () => {
    const clock = virtualClock();
    const controller = new AbortController();
    const waiting = clock.until(1_000, controller.signal).catch((error: unknown) => error);
    controller.abort("enough");
    expect(await waiting).to.equal("enough");
    await clock.until(10);
    expect(clock.now()).to.equal(10);
  });
});

describe("monotonicClock", () => {
  it("never wakes early and heeds an abort", async () => {
    const clock = monotonicClock();
    for (let turn = 0; turn < 5; turn += 1) {
      const atMs = clock.now() + 3.3;
      await clock.until(atMs);
      expect(clock.now()).to.be.at.least(atMs);
    }
    const reason = new Error("enough");
    expect(await clock.until(clock.now() + 60_000, AbortSignal.abort(reason)).catch((error: unknown) => error)).to.equal(reason);
    const controller = new AbortController();
    const waiting = clock.until(clock.now() + 60_000, controller.signal).catch((error: unknown) => error);
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
  });
});

describe("withDeadline", () => {
  it("names what it waited for, and takes an answer in time", async () => {
    const clock = virtualClock();
    const late = await withDeadline(clock, 2_000, "the leader", () => new Promise<never>(() => {})).catch((error: unknown) => error);
    expect(late).to.be.instanceOf(PlanefaultError);
    expect(String(late)).to.contain("no end of the leader within 2 s");
    expect(await withDeadline(clock, 2_000, "the leader", async () => 7)).to.equal(7);
  });
});

describe("interruptible", () => {
  it("aborts at the first signal, hands on the second, and lets go at the end", () => {
    const source = new EventEmitter();
    let again = 0;
    {
      using interrupt = interruptible(() => void (again += 1), source);
      source.emit("SIGINT", "SIGINT");
      expect([interrupt.signal.aborted, again]).to.deep.equal([true, 0]);
      source.emit("SIGTERM", "SIGTERM");
      expect(again).to.equal(1);
    }
    expect(source.listenerCount("SIGINT")).to.equal(0);
  });
});
