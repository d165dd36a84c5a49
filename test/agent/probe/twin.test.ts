import { expect } from "chai";
import { LagLog } from "../../../src/agent/probe/lag-log.ts";
import { startTwin } from "../../../src/agent/probe/twin.ts";
import type { Twin, TwinRow } from "../../../src/agent/probe/twin.ts";

const now = (): number => performance.now();
const block = (ms: number): void => {
  for (const until = now() + ms; now() < until;);
};

describe("lag log", () => {
  it("finds the worst lag that overlaps a span, and forgets", () => {
    const log = new LagLog(10, 1_000);
    log.add({ from: 100, to: 105, ms: 5 });
    log.add({ from: 100, to: 150, ms: 50 });
    log.add({ from: 160, to: 180, ms: 20 });
    expect([
      log.worst(0, 99),
      log.worst(0, 100),
      log.worst(140, 170),
      log.worst(151, 159),
      log.worst(170, 999),
      log.worst(181, 999),
    ]).to.deep.equal([0, 50, 50, 0, 20, 0]);
    log.add({ from: 1_150, to: 1_200, ms: 50 });
    expect(log.worst(0, 190)).to.equal(0);
  });
});

describe("twin", () => {
  it("measures its loop and a loopback echo, the worst of each 100 ms", async () => {
    const rows: TwinRow[] = [];
    const done = Promise.withResolvers<void>();
    let quiet = Infinity;
    let worst = 0;
    let blocked: readonly [number, number] | undefined;
    const twin: Twin = startTwin({
      now,
      floorMs: 5,
      keepMs: 1_000,
      failed: done.reject,
      tick: (at) => {
        rows.push(...twin.takeRows());
        // An echo that was sent in this very tick is held up by the block, and so is the next tick.
        if (blocked === undefined && rows.length === 3) {
          block(150);
          blocked = [at, now()];
        } else if (blocked && rows.length === 6) {
          worst = twin.worst(...blocked);
          quiet = twin.worst(blocked[1] + 60, blocked[1] + 61);
          done.resolve();
        }
      },
    });
    await done.promise;
    twin.stop();
    expect(worst).to.be.within(140, 260);
    expect(quiet).to.be.lessThan(100);
    const loops = rows.map(([, loop]) => loop);
    expect(Math.max(...loops)).to.be.within(140, 260);
    // The blocked row may have had no time for an echo.
    expect(rows.filter(([, , echo]) => echo > 0).length).to.be.at.least(5);
  });

  it("shows an echo that waits", async () => {
    const done = Promise.withResolvers<TwinRow>();
    let ticks = 0;
    const twin: Twin = startTwin({
      now,
      floorMs: 5,
      keepMs: 1_000,
      failed: done.reject,
      // Blocks often enough that some echo is always on its way.
      tick: () => {
        ticks += 1;
        if (ticks > 5 && ticks < 12) block(30);
        const row = twin.takeRows().find(([, , echo]) => echo > 25);
        if (row) done.resolve(row);
      },
    });
    const [, , echo] = await done.promise;
    twin.stop();
    expect(echo).to.be.within(25, 250);
  });
});
