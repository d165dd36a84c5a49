// Looking at targets that run already, in the engine: finding them, and opening a guest there. An engine is asked for and never started: where none answers, nothing runs.
import { connectEngine } from "../drivers/docker/engine.ts";
import { type Guest, openGuest } from "../drivers/docker/guest.ts";
import { findRunningTargets, type RunningTarget } from "../drivers/docker/running-targets.ts";
import type { Stack } from "../model/stack.ts";
import type { MonotonicClock } from "../run/clock.ts";
import { type Tools, toolsAtHand } from "../setup/at-hand.ts";
import { newRunId } from "./run-folder.ts";

export interface Guests {
  /** Newest first. */
  running(name: string, variant: string | undefined): Promise<readonly RunningTarget[]>;
  open(running: RunningTarget, stack: Stack, clock: MonotonicClock): Promise<Guest>;
}

/** Engine and tools are asked for at once, since somebody waits. */
export function guestsHere(report: (line: string) => void, signal: AbortSignal): Guests {
  const engine = connectEngine();
  const tools = toolsAtHand(report, signal);
  // Whoever awaits it hears of it.
  for (const early of [engine, tools]) early.catch(() => undefined);
  return {
    running: async (name, variant) => findRunningTargets((await engine).docker, name, variant),
    open: async (running, stack, clock) => {
      const { toolbox, agentFolder } = (await tools) ?? (await makeTools(report, signal));
      const session = newRunId(Date.now(), Math.random);
      const context = { engine: await engine, options: { images: { toolbox }, agentFolder, session } };
      return openGuest(context, running, stack, { id: session, originNs: clock.originNs, seed: 1 });
    },
  };
}

async function makeTools(report: (line: string) => void, signal: AbortSignal): Promise<Tools> {
  const { ensure } = await import("../setup/ensure.ts");
  const { toolbox, agentFolder } = await ensure({ toolbox: true, agent: true }, report, signal);
  if (toolbox === undefined || agentFolder === undefined) throw new Error("the set-up gave less than it was asked for");
  return { toolbox, agentFolder };
}
