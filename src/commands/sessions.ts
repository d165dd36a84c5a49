// The engine behind the runs of one command: set-up once, one Docker session per stack, reused while the next run wants the same stack.
import type { DockerSession } from "../drivers/docker/session.ts";
import type { RunIdentity } from "../drivers/docker/session-context.ts";
import { buildsOf, type Stack } from "../model/stack.ts";
import type { World } from "../model/world.ts";
import type { Facts } from "../plan/facts.ts";
import { factsOf } from "./known-facts.ts";
import type { MonotonicClock } from "../run/clock.ts";
import type { Provided } from "../setup/ensure.ts";
import { program } from "../setup/places.ts";
import { newRunId } from "./run-folder.ts";

export interface SessionRun extends RunIdentity {
  readonly clock: MonotonicClock;
}

export interface Sessions extends AsyncDisposable {
  /** What this machine can do: the plan is made again with it, so that a missing kernel feature is refused before a target starts. */
  readonly facts: Facts;
  /** The clock of a run; the machine's own where none is given. A simulated world brings its own time. */
  readonly clock?: () => MonotonicClock;
  world(stack: Stack, run: SessionRun): Promise<World>;
}

export interface SessionsOptions {
  /** Leave the last target running at the end. */
  readonly keep: boolean;
  /** Look at the target's build contexts again before each run: somebody is editing them. */
  readonly edited?: boolean;
  readonly report: (line: string) => void;
  /** Ends a set-up that is under way. */
  readonly signal: AbortSignal;
}

export type OpenSessions = (stacks: readonly Stack[], options: SessionsOptions) => Promise<Sessions>;

interface Open {
  readonly key: string;
  readonly target: string;
  readonly session: DockerSession;
}

export const dockerSessions: OpenSessions = async (stacks, options) => {
  let provided = await provide(stacks, options);
  const one = new OneSession();
  return {
    facts: factsOf(provided.kernel),
    world: async (stack, run) => {
      if (options.edited === true) provided = await provide([stack], options);
      const key = JSON.stringify([stack, buildsOf(stack).map((build) => provided.image(stack.folder, build))]);
      const session = await one.of(key, stack.name, () => openSession(stack, provided, options.keep));
      return session.world(run);
    },
    [Symbol.asyncDispose]: async () => {
      if (options.keep && one.open) await leave(one.open, options.report);
      else await one.close();
    },
  };
};

/** At most one session at a time, which goes on while the next run wants the same. */
export class OneSession {
  #open: Open | undefined;

  get open(): Open | undefined {
    return this.#open;
  }

  async of(key: string, target: string, start: () => Promise<DockerSession>): Promise<DockerSession> {
    // The run that could not remove it has ended as a leak; the others must not end with it.
    if (this.#open?.session.stuck === true) this.#open = undefined;
    if (this.#open?.key !== key) {
      await this.close();
      this.#open = { key, target, session: await start() };
    }
    return this.#open.session;
  }

  async close(): Promise<void> {
    const ending = this.#open;
    this.#open = undefined;
    await ending?.session.close();
  }
}

async function provide(stacks: readonly Stack[], { report, signal }: SessionsOptions): Promise<Provided> {
  const { ensure } = await import("../setup/ensure.ts");
  const images = stacks.map((stack) => ({ folder: stack.folder, builds: [...new Set(buildsOf(stack))] }));
  const k6 = stacks.some(({ load }) => load !== undefined);
  return ensure({ engine: true, toolbox: true, agent: true, k6, images }, report, signal);
}

async function leave({ target, session }: Open, report: (line: string) => void): Promise<void> {
  const containers = await session.leave();
  if (containers.length === 0) return;
  report(`target ${target} is kept: ${containers.toSorted().join(", ")}`);
  report(
    `it has no agents, vantages or keeper any more; \`${program} triage ${target}\` asks how it is, \`${program} plan --live FILE\` shows it, \`${program} cleanup\` ends it`,
  );
}

async function openSession(stack: Stack, provided: Provided, keep: boolean): Promise<DockerSession> {
  const { openDockerSession } = await import("../drivers/docker/session.ts");
  const { toolbox, k6, agentFolder } = provided;
  if (toolbox === undefined || agentFolder === undefined) throw new Error("the set-up gave less than it was asked for");
  return openDockerSession({
    images: { toolbox, k6, of: (build) => provided.image(stack.folder, build) },
    agentFolder,
    keep,
    session: newRunId(Date.now(), Math.random),
  });
}
