import { expect } from "chai";
import { openLoop } from "../../../src/agent/probe/open-loop.ts";
import type { OpenLoopOptions, Taken } from "../../../src/agent/probe/open-loop.ts";
import type { StartAttempt } from "../../../src/agent/probe/attempt.ts";

const now = (): number => performance.now();
const answer: StartAttempt = (_n, settle) => {
  const timer = setImmediate(() => settle({ outcome: "ok", detail: undefined }));
  return () => clearImmediate(timer);
};
const silence: StartAttempt = () => () => undefined;

function run(changes: Partial<OpenLoopOptions>, enough: number): Promise<Taken[]> {
  const all: Taken[] = [];
  const done = Promise.withResolvers<Taken[]>();
  const loop = openLoop({
    everyMs: 10,
    deadlineMs: 100,
    firstAt: now() + 5,
    countFrom: "send",
    start: answer,
    now,
    ...changes,
    taken: (taken) => {
      all.push(taken);
      if (all.length !== enough) return;
      loop.stop();
      void loop.drained.then(() => done.resolve(all));
    },
  });
  return done.promise;
}

const block = (ms: number): void => {
  for (const until = now() + ms; now() < until;);
};

describe("open loop", () => {
  it("schedules by the clock whatever becomes of the samples", async () => {
    const firstAt = now() + 5;
    const all = await run({ firstAt, start: silence, deadlineMs: 60 }, 20);
    // On a busy machine samples that were missed are told before those that are still waited for.
    all
      .map(({ scheduledAt }) => scheduledAt)
      .toSorted((one, other) => one - other)
      .forEach((at, index) => expect(at).to.be.closeTo(firstAt + index * 10, 0.001));
    expect(new Set(all.map(({ outcome }) => outcome)).has("ok")).to.equal(false);
  });

  it("calls a sample without an answer late, with its deadline as its time", async () => {
    const all = await run({ start: silence, everyMs: 50, deadlineMs: 80 }, 3);
    expect(all[0]).to.include({ outcome: "late", tookMs: 80 });
  });

  it("calls an answer after the deadline late, even before the timer has fired", async () => {
    let at = 0;
    const all: Taken[] = [];
    const done = Promise.withResolvers<void>();
    const start: StartAttempt = (_n, settle) => {
      setImmediate(() => {
        at += 101;
        settle({ outcome: "ok", detail: undefined });
        done.resolve();
      });
      return () => undefined;
    };
    const loop = openLoop({
      everyMs: 1_000,
      deadlineMs: 100,
      firstAt: 0,
      countFrom: "send",
      start,
      now: () => at,
      taken: (taken) => all.push(taken),
    });
    await done.promise;
    loop.stop();
    expect(all[0]).to.include({ outcome: "late", tookMs: 100 });
  });

  it("calls what was sent more than a fifth of the deadline late missed, and does not send it", async () => {
    let sent = 0;
    const start: StartAttempt = (n, settle) => {
      sent += 1;
      if (n === 3) block(150);
      return answer(n, settle);
    };
    const all = await run({ start }, 30);
    const missed = all.filter(({ outcome }) => outcome === "missed");
    // Due 10 ms .. 130 ms into a block of 150 ms lag by more than 20 ms.
    expect(missed.length).to.be.within(9, 15);
    expect(missed[0]).to.include({ detail: "started late", tookMs: 0 });
    expect(sent).to.equal(all.length - missed.length);
  });

  it("counts from the send, or from the schedule where it is asked to", async () => {
    let at = 0;
    for (const [countFrom, tookMs] of [
      ["send", 5],
      ["schedule", 8],
    ] as const) {
      at = 0;
      const taken = Promise.withResolvers<Taken>();
      const start: StartAttempt = (_n, settle) => {
        at = 13;
        settle({ outcome: "ok", detail: undefined });
        return () => undefined;
      };
      // Due at 5, begun at 8, answered at 13.
      const clock = { reads: 0 };
      const loop = openLoop({
        everyMs: 1_000,
        deadlineMs: 100,
        firstAt: 5,
        countFrom,
        start,
        now: () => (clock.reads++ === 0 || at === 13 ? at : 8),
        taken: taken.resolve,
      });
      expect((await taken.promise).tookMs).to.equal(tookMs);
      loop.stop();
    }
  });

  it("bounds what is in flight", async () => {
    // Cancelling does not help here: the clock stands still for the deadline timers, so nothing ever ends by itself.
    let at = 0;
    const all: Taken[] = [];
    const done = Promise.withResolvers<void>();
    const loop = openLoop({
      everyMs: 10,
      deadlineMs: 10_000,
      firstAt: 0,
      countFrom: "send",
      start: silence,
      now: () => at,
      taken: (taken) => all.push(taken) > 2 && done.resolve(),
    });
    const ticking = setInterval(() => (at += 100), 2);
    await done.promise;
    clearInterval(ticking);
    loop.stop();
    expect(all[0]).to.include({ outcome: "missed", detail: "too many in flight" });
    expect(all[0]?.scheduledAt).to.equal((10_000 / 10 + 8) * 10);
    loop.abandon();
    await loop.drained;
  });

  it("abandons: late where the deadline has passed, dropped where nobody can know", async () => {
    let at = 0;
    const all: Taken[] = [];
    let cancelled = 0;
    const begun = Promise.withResolvers<void>();
    const start: StartAttempt = (n) => {
      if (n === 2) begun.resolve();
      return () => (cancelled += 1);
    };
    const loop = openLoop({
      everyMs: 100,
      deadlineMs: 500,
      firstAt: 0,
      countFrom: "schedule",
      start,
      now: () => at,
      taken: (taken) => all.push(taken),
    });
    const moving = setInterval(() => (at = Math.min(100, at + 20)), 1);
    await begun.promise;
    clearInterval(moving);
    loop.stop();
    at = 550;
    loop.abandon();
    await loop.drained;
    expect(all.map(({ scheduledAt, outcome }) => [scheduledAt, outcome])).to.deep.equal([[0, "late"]]);
    expect(cancelled).to.equal(2);
  });
});
