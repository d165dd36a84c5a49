// When each change is shot and when it ends. The undo is on disk and with the keeper before any shot; an answer that is lost counts as a hit.
import { messageOf, PlanefaultError } from "../model/error.ts";
import { type Change, leaseAheadMs } from "../model/op.ts";
import type { Answer, World } from "../model/world.ts";
import type { Owed } from "./owed.ts";
import type { RunLog } from "./run-log.ts";
import { undoOne } from "./undo-all.ts";

/** From the order to the shot: the order has arrived by then, so all agents fire at one instant. */
const leadMs = 200;

export class FireSchedule {
  readonly #world: World;
  readonly #owed: Owed;
  readonly #log: RunLog;
  readonly #changes: readonly Change[];

  constructor(world: World, owed: Owed, log: RunLog, changes: readonly Change[]) {
    this.#world = world;
    this.#owed = owed;
    this.#log = log;
    this.#changes = changes;
  }

  /** Shoots everything that starts with the phase, at one instant, which it returns: offset 0 of the plan's times. */
  async fireFirst(): Promise<number> {
    const first = this.#changes.filter((change) => change.startMs === 0);
    this.#log.stopping.throwIfAborted();
    await allDone(first.map((change) => this.#lease(change)));
    this.#log.stopping.throwIfAborted();
    const startMs = this.#log.clock.now() + leadMs;
    await allDone(first.map((change) => this.#fire(change, startMs)));
    await this.#log.clock.until(startMs);
    return startMs;
  }

  /** Shoots the later ones and ends the short ones, each at its own time. */
  async keep(startMs: number, endMs: number, signal: AbortSignal): Promise<void> {
    await allDone(this.#changes.map((change) => this.#live(change, startMs, endMs, signal)));
  }

  async #live(change: Change, startMs: number, endMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#log;
    if (change.startMs > 0) {
      const atMs = startMs + change.startMs;
      await clock.until(atMs - leaseAheadMs, signal);
      await this.#lease(change);
      await clock.until(atMs - leadMs, signal);
      await this.#fire(change, Math.max(atMs, clock.now()));
    }
    if (startMs + change.endMs >= endMs) return;
    await clock.until(startMs + change.endMs, signal);
    await undoOne(this.#world, this.#owed, this.#log, change);
  }

  async #lease(change: Change): Promise<void> {
    this.#owed.add(change);
    this.#log.record({ type: "lease", at: this.#log.clock.now(), change: change.id, state: "taken" });
    await this.#log.sync();
    const fromMs = this.#log.clock.now();
    await this.#world.lease(change.id);
    const tookMs = this.#log.clock.now() - fromMs;
    // A lease counts from when it is taken: one that was taken long before its shot would end before its time.
    if (tookMs > leaseAheadMs - leadMs)
      throw new PlanefaultError(
        "environment",
        `the lease of ${change.id} took ${Math.round(tookMs)} ms, at most ${leaseAheadMs - leadMs}`,
        {
          hint: "the keeper writes each to disk; is this machine's disk busy?",
        },
      );
  }

  async #fire(change: Change, scheduledAt: number): Promise<void> {
    const answer = await this.#shoot(change, scheduledAt);
    const at = this.#log.clock.now();
    this.#log.record({ type: "fired", at, change: change.id, scheduledAt, ...answer });
    this.#log.event({ type: "fired", atMs: at, change: change.id, answer: answer.answer });
    if (answer.answer !== "refused") return;
    // It may have failed half way: only the answer to its undo proves that nothing of it acts.
    await undoOne(this.#world, this.#owed, this.#log, change);
    throw new PlanefaultError("wrong-shot", `${change.id} was refused: ${answer.detail}`, {
      hint: "the place is no longer what it was when it was armed; run the experiment again",
    });
  }

  async #shoot(change: Change, atMs: number): Promise<Answer> {
    try {
      return await this.#world.fire(change.id, atMs);
    } catch (error) {
      return { answer: "lost", detail: messageOf(error) };
    }
  }
}

/** Like Promise.all, but none is left behind unwatched: a shot that is still under way when another fails must be answered before the undo. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failed.length === 1) throw failed[0];
  if (failed.length > 1) throw new AggregateError(failed, failed.map(messageOf).join("; "));
}
