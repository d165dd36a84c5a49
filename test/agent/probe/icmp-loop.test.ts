import { join } from "node:path";
import { expect } from "chai";
import { type IcmpOptions, startIcmp } from "../../../src/agent/probe/icmp-loop.ts";
import type { Taken } from "../../../src/agent/probe/open-loop.ts";

const everyMs = 20;
const deadlineMs = 200;

/** Runs the loop with a program that speaks like fping until so many samples were taken. */
async function pinged(behaviour: string, wanted: number, changes: Partial<IcmpOptions> = {}) {
  const taken: Taken[] = [];
  const errors: string[] = [];
  const enough = Promise.withResolvers<void>();
  const loop = startIcmp({
    address: "10.0.0.1",
    sizeBytes: 56,
    everyMs,
    deadlineMs,
    firstAt: performance.now() + 10,
    now: () => performance.now(),
    taken: (one) => {
      taken.push(one);
      if (taken.length >= wanted) enough.resolve();
    },
    failed: (error) => errors.push(error.message),
    program: [process.execPath, join(import.meta.dirname, "fping.ts"), behaviour],
    ...changes,
  });
  const limit = setTimeout(() => enough.reject(new Error(`only ${taken.length} of ${wanted} samples within 8 s`)), 8_000);
  try {
    await enough.promise;
  } finally {
    clearTimeout(limit);
    loop.stop();
  }
  const stoppedAt = performance.now();
  await loop.drained;
  const outcomes = [...new Set(taken.filter(({ outcome }) => outcome !== "missed").map(({ outcome }) => outcome))];
  return { taken: taken.toSorted((one, other) => one.scheduledAt - other.scheduledAt), errors, outcomes, stoppedAt };
}

describe("icmp probe", () => {
  it("takes one sample for each number, evenly", async () => {
    const { taken, outcomes, errors } = await pinged("answers", 40);
    expect(outcomes).to.deep.equal(["ok"]);
    expect(errors).to.deep.equal([]);
    // The first few say when the schedule began, each less delayed one better.
    const steady = taken.slice(10);
    for (const [index, { scheduledAt, outcome, tookMs }] of steady.entries()) {
      expect(scheduledAt - (steady[0]?.scheduledAt ?? 0)).to.be.closeTo(index * everyMs, 3);
      if (outcome === "ok") expect(tookMs).to.equal(0.5);
    }
  });

  it("is late where a packet was lost, failed where one was refused or not sent, wrong where another address answered", async () => {
    const lost = await pinged("loses every third", 12);
    expect(lost.outcomes).to.have.members(["ok", "late"]);
    expect(lost.taken.find(({ outcome }) => outcome === "late")?.tookMs).to.equal(deadlineMs);
    const refused = await pinged("is refused", 6);
    expect(refused.outcomes).to.include("failed");
    expect(refused.taken.find(({ outcome }) => outcome === "failed")?.detail).to.equal("Port Unreachable from 10.0.0.2");
    for (const behaviour of ["cannot send", "cannot send every third"]) {
      const { taken } = await pinged(behaviour, 20);
      const unsent = taken.filter(({ detail }) => detail === "not sent");
      expect(unsent.length, behaviour).to.be.greaterThan(3);
      expect([...new Set(unsent.map(({ outcome }) => outcome))], behaviour).to.deep.equal(["failed"]);
    }
    const another = await pinged("hears another", 12);
    // Two pipes may overtake each other: now and then the answer is heard before whose it was.
    expect(another.outcomes).to.include("wrong");
    expect(another.taken.find(({ outcome }) => outcome === "wrong")?.detail).to.equal("from 10.0.0.9");
  });

  it("misses what fping sent too late", async () => {
    const { taken } = await pinged("sleeps once", 30);
    const missed = taken.filter(({ detail }) => detail === "started late");
    expect(missed.length).to.be.within(5, 12);
    expect(taken.slice(20).map(({ outcome }) => outcome)).to.include("ok");
  });

  it("misses everything once fping has ended, or where there is none, and says so", async () => {
    const ended = await pinged("ends", 15);
    expect(ended.taken.slice(5).every(({ outcome, detail }) => outcome === "missed" && detail === "fping: exit 3")).to.equal(true);
    expect(ended.errors).to.deep.equal(["fping: exit 3"]);
    const absent = await pinged("", 5, { program: ["planefault-absent"] });
    expect(absent.taken.map(({ outcome }) => outcome)).to.deep.equal(Array.from(absent.taken, () => "missed"));
    expect(absent.errors).to.deep.equal(["fping: ENOENT"]);
  });

  it("waits for what is on its way when it is stopped, and for nothing else", async () => {
    const { taken, stoppedAt } = await pinged("loses every third", 20);
    const last = taken.at(-1)?.scheduledAt ?? 0;
    expect(last).to.be.within(stoppedAt - 2 * everyMs, stoppedAt + 1);
    expect(new Set(taken.map(({ scheduledAt }) => Math.round(scheduledAt))).size).to.equal(taken.length);
  });
});
