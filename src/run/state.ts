// The target's two ends, and what the run knows at the very end: what it left behind and what it could not prove.
import { type Difference, type Digest } from "../model/digest.ts";
import { messageOf, PlanefaultError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import { unsteadyCode } from "../model/record.ts";
import type { Stack } from "../model/stack.ts";
import type { World } from "../model/world.ts";
import type { Owed } from "./owed.ts";
import type { RunEnd } from "./run-end.ts";
import type { RunLog } from "./run-log.ts";

export class State {
  readonly #log: RunLog;
  readonly #owed: Owed;
  #leaked: readonly Difference[] = [];
  #removed = false;
  /** Whether the target ends with the run. */
  #isOurs = true;
  #logs: Readonly<Record<string, string>> = {};

  constructor(log: RunLog, owed: Owed) {
    this.#log = log;
    this.#owed = owed;
  }

  /** Resolves to the digest before anything of ours is near the target: what arming leaves behind is a leak too. */
  async start(world: World, stack: Stack): Promise<Digest> {
    const signal = this.#log.stopping;
    signal.throwIfAborted();
    this.#isOurs = stack.attach === undefined;
    await world.start(stack, (step) => this.#log.step(step), signal);
    const digest = await world.digest();
    this.#log.record({ type: "digest", at: this.#log.clock.now(), when: "before", digest });
    return digest;
  }

  async arm(world: World, plan: Plan): Promise<void> {
    this.#log.stopping.throwIfAborted();
    for (const armed of await world.arm(plan)) this.#log.record({ type: "armed", at: this.#log.clock.now(), armed });
    this.#log.stopping.throwIfAborted();
  }

  compared(leaked: readonly Difference[]): void {
    this.#leaked = leaked;
  }

  async stop(world: World, keep: boolean): Promise<void> {
    try {
      const logs = Object.entries(await world.logs());
      this.#logs = Object.fromEntries(logs.map(([name, text]) => [name, this.#log.hide(text)]));
    } catch (error) {
      this.#log.failed("stop", error);
    }
    if (keep) return;
    try {
      await world.stop().catch(() => world.stop());
      this.#removed = this.#isOurs;
    } catch (cause) {
      throw new PlanefaultError("leak", `the target could not be stopped: ${messageOf(cause)}`, { hint: "planefault cleanup", cause });
    }
  }

  end(): RunEnd {
    const { errors, aborted } = this.#log;
    const failure = errors.find((error) => error.code !== unsteadyCode);
    return {
      outcome: failure ? "failed" : aborted === undefined ? "completed" : "aborted",
      reason: failure ? `${failure.phase}: ${failure.message}` : aborted,
      errors,
      leaked: this.#leaked,
      undoNotProved: [
        ...this.#owed.notProved().map((why) => this.#log.hide(why)),
        ...errors.filter((error) => error.code === "leak").map((error) => error.message),
      ],
      removed: this.#removed,
      logs: this.#logs,
    };
  }
}
