// Runs of the command line on the model: virtual time that waits for the journal's disk, and a record of what was started.
import { EventEmitter } from "node:events";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { SimWorld } from "../../src/drivers/sim/sim-world.ts";
import type { RunCommandOptions, RunPorts } from "../../src/commands/run.ts";
import { runWith } from "../../src/commands/run.ts";
import type { SessionRun, SessionsOptions } from "../../src/commands/sessions.ts";
import type { Stack } from "../../src/model/stack.ts";
import type { Facts } from "../../src/plan/facts.ts";
import type { World } from "../../src/model/world.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";
import { diskIsIdle } from "../drivers/sim/replay.ts";

export class SimCall {
  /** Whatever was written to stdout and to stderr. */
  readonly out: string[] = [];
  screen = "";
  /** Of each run that was started, in order. */
  readonly runs: { readonly stack: Stack; readonly seed: number | undefined }[] = [];
  opened: SessionsOptions | undefined;
  closed = false;
  readonly signals = new EventEmitter();
  /** What the machine can do. */
  facts: Facts = {};
  /** What the runs are made with: images, agent, version. */
  madeOf = "as ever";
  /** Puts something between a run, counted from 1, and the model. */
  around: (sim: SimWorld, run: number) => World = (sim) => sim;
  readonly #heard: (() => void)[] = [];
  /** Called when a run is about to start. */
  before: (run: number) => void = () => {};

  readonly #ports: RunPorts = {
    out: (text) => void this.out.push(text),
    screen: { write: (text) => this.#hear(text) },
    signals: this.signals,
    madeOf: async () => this.madeOf,
    open: async (_, options) => {
      this.opened = options;
      return {
        facts: this.facts,
        clock: () => ({ ...virtualClock(undefined, diskIsIdle), originNs: 0n }),
        world: async (stack, run) => this.#world(stack, run),
        [Symbol.asyncDispose]: async () => {
          this.closed = true;
        },
      };
    },
  };

  run(words: readonly string[], options: Partial<RunCommandOptions> & Pick<RunCommandOptions, "reports">): Promise<number> {
    return runWith(words, { repeat: 1, ...options }, this.#ports);
  }

  interrupt(): void {
    this.signals.emit("SIGINT", "SIGINT");
  }

  /** Resolves when the words were said `times` times on the screen; the test's own timeout is the deadline. */
  async says(words: string, times = 1): Promise<void> {
    while (this.screen.split(words).length <= times) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  /** What stdout holds, parsed as NDJSON. */
  lines(): readonly Record<string, unknown>[] {
    return this.out.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  #world(stack: Stack, { seed, clock }: SessionRun): World {
    this.runs.push({ stack, seed });
    this.before(this.runs.length);
    return this.around(new SimWorld(clock, seededRandom(seed ?? 1)), this.runs.length);
  }

  #hear(text: string): void {
    this.screen += text;
    for (const wake of this.#heard.splice(0)) wake();
  }
}
