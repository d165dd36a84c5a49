// One Docker session: at most one running stack, which may serve several runs, and the promise that close() leaves nothing behind whenever it is called.
import { difference } from "../../model/digest.ts";
import { buildsOf, type Stack } from "../../model/stack.ts";
import type { World } from "../../model/world.ts";
import { messageOf, PlanefaultError } from "../../model/error.ts";
import { bystanderVolume } from "./agent-container.ts";
import { attachStack } from "./attach-stack.ts";
import { attachedDigest } from "./attached-digest.ts";
import { connectEngine, within } from "./engine.ts";
import { hasUndoneAll } from "./keeper-container.ts";
import { label, resourceName } from "./labels.ts";
import { LiveStack } from "./live-stack.ts";
import type { RunIdentity, SessionContext, SessionOptions } from "./session-context.ts";
import { makeKeyPair } from "./ssh-key.ts";
import { holdsLeases, settleAttached } from "./settle-attached.ts";
import { type AttachedState, startStack } from "./start-stack.ts";
import { type Found, findOurs, sweep } from "./sweep.ts";
import { DockerWorld } from "./world.ts";

export type { RunIdentity, SessionOptions } from "./session-context.ts";

export interface DockerSession {
  /** Something of it could not be removed: what it started next would meet that in its way. */
  readonly stuck: boolean;
  world(run: RunIdentity): World;
  /** Removes everything of this session. Safe at any time, also while a start is under way, and more than once. */
  close(): Promise<void>;
  /**
   * Takes agents, vantages and keeper away and leaves the components running, for people; resolves to their containers' names. `cleanup` ends them.
   * Where the keeper has not undone all that was leased, it stays with its ledger and goes on trying; then this rejects as a leak.
   */
  leave(): Promise<readonly string[]>;
}

const settleDeadlineMs = 30_000;
/** Longer than a removal that hangs in each round, so that it is named. */
export const sweepDeadlineMs = 90_000;
/** What was being created when we looked appears in the next look. */
export const sweepRounds = 3;

export async function openDockerSession(options: SessionOptions): Promise<DockerSession> {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/u.test(options.session))
    throw new PlanefaultError("input", `"${options.session}" cannot be part of a container's name`, {
      hint: "small letters, digits and dashes",
    });
  return new Session({ options, engine: await connectEngine(), key: makeKeyPair() });
}

const notRemoved = (errors: readonly string[]): PlanefaultError =>
  new PlanefaultError("leak", `not everything could be removed: ${errors.join("; ")}`, { hint: "planefault cleanup tries again" });

export class Session implements DockerSession {
  readonly context: SessionContext;
  #live: { readonly stack: LiveStack; readonly fingerprint: string } | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #closed = false;
  #stuck = false;

  constructor(context: SessionContext) {
    this.context = context;
  }

  get stuck(): boolean {
    return this.#stuck;
  }

  world(run: RunIdentity): World {
    return new DockerWorld(this, run);
  }

  /** The stack for a run: the running one where it is the same and proved clean, else a new one. */
  start(run: RunIdentity, stack: Stack, progress: (step: string) => void, signal: AbortSignal | undefined): Promise<LiveStack> {
    const enter = (): void => {
      if (this.#closed)
        throw new PlanefaultError("interrupted", "the session was closed while its target started", {
          hint: "nothing: what had started is removed",
        });
      signal?.throwIfAborted();
    };
    const starting = this.#start(run, stack, progress, enter);
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  async #start(run: RunIdentity, stack: Stack, progress: (step: string) => void, enter: () => void): Promise<LiveStack> {
    enter();
    const fingerprint = JSON.stringify([
      run.powers ?? {},
      stack.attach && run.entered,
      stack,
      buildsOf(stack).map((build) => this.context.options.images.of(build)),
    ]);
    if (this.#live?.fingerprint === fingerprint) {
      const why = await this.#live.stack.reuse(run);
      if (why === undefined) {
        progress("the running target is clean and serves this run too");
        return this.#live.stack;
      }
      progress(`the running target is not clean (${why}): starting a new one`);
    }
    await this.#removeAll();
    enter();
    const running = stack.attach
      ? await attachStack(this.context, run, stack, stack.attach, progress, enter)
      : await startStack(this.context, run, stack, progress, enter);
    const live = new LiveStack(this.context, running, run);
    this.#live = { stack: live, fingerprint };
    await live.prepare();
    enter();
    return live;
  }

  /** The end of one run: the stack stays for the next one where the session keeps it. */
  async endRun(): Promise<void> {
    if (!this.context.options.keep) await this.#removeAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await within(settleDeadlineMs, "the start under way to end", this.#starting).catch(() => undefined);
    await this.#removeAll();
  }

  async leave(): Promise<readonly string[]> {
    this.#closed = true;
    await within(settleDeadlineMs, "the start under way to end", this.#starting).catch(() => undefined);
    const { engine, options } = this.context;
    const stack = this.#live?.stack;
    if (stack?.running.attached) {
      // It goes on without us in any case.
      await this.#removeAll();
      return [];
    }
    this.#live = undefined;
    await stack?.bye();
    // Without a stack nothing was ever fired.
    const undone = stack === undefined || ((await hasUndoneAll(engine, stack.running.keeper)) && stack.openLinks.size === 0);
    const found = await findOurs(engine, options.session);
    const spare = new Set([bystanderVolume(options.session), ...(undone ? [resourceName(options.session, "ledger")] : [])]);
    const kinds = new Set<string | undefined>(undone ? ["component"] : ["component", "keeper"]);
    const stays = (one: Found): boolean => (one.what === "container" ? kinds.has(one.labels[label.kind]) : !spare.has(one.name));
    const { errors } = await within(
      sweepDeadlineMs,
      "agents, vantages and keeper to be removed",
      sweep(
        engine,
        found.filter((one) => !stays(one)),
      ),
    );
    if (errors.length > 0) throw notRemoved(errors);
    if (!undone)
      throw new PlanefaultError("leak", "the target is kept, but a change may still act on it: the keeper stays and undoes what it can", {
        hint: "planefault cleanup removes both",
      });
    return found.filter((one) => one.what === "container" && stays(one)).map(({ name }) => name);
  }

  async #removeAll(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    await live?.stack.bye();
    // A removal that takes too long is a leak like one that fails.
    const errors = await within(
      sweepDeadlineMs,
      "the session's containers, networks and volumes to be removed",
      this.#sweep(live?.stack.running.attached),
    ).catch((error: unknown) => [messageOf(error)]);
    this.#stuck = errors.length > 0;
    if (this.#stuck) throw notRemoved(errors);
  }

  async #sweep(attached: AttachedState | undefined): Promise<readonly string[]> {
    const { engine, options } = this.context;
    const kept = attached ? await settleAttached(engine, await findOurs(engine, options.session)) : [];
    const due = async (): Promise<readonly Found[]> =>
      (await findOurs(engine, options.session)).filter((one) => kept.length === 0 || !holdsLeases(one));
    let errors: readonly string[] = [];
    for (let round = 0; round < sweepRounds; round += 1) {
      const found = await due();
      if (found.length === 0) return [...kept, ...(await this.#changed(attached))];
      ({ errors } = await sweep(engine, found));
    }
    const left = await due();
    return [
      ...kept,
      ...(left.length === 0 ? [] : [...errors, ...left.map((one) => `${one.what} ${one.name} is still there`)]),
      ...(await this.#changed(attached)),
    ];
  }

  /** Somebody else's containers are as they were before we came. Who else came or went on their networks meanwhile is not our doing. */
  async #changed(attached: AttachedState | undefined): Promise<readonly string[]> {
    if (!attached) return [];
    const after = await attachedDigest(this.context.engine, attached.places);
    return difference(attached.before, after)
      .filter(({ key }) => key.startsWith("attached/container/"))
      .map(({ key, before, after: now }) => `${key} was "${before}" and is "${now}"`);
  }
}
