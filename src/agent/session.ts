// What one conversation has opened, and the meaning of each command. One session per agent.
import type { Event, Request, Welcome } from "../model/agent-protocol.ts";
import type { JournalRecord } from "../model/record.ts";
import { bindPlaces } from "./bind.ts";
import { Changes } from "./changes.ts";
import { type AgentClock, startClock } from "./clock.ts";
import { takeDigest } from "./digest.ts";
import { startEvidence } from "./evidence.ts";
import { ownNetns } from "./namespace.ts";
import { startLoad } from "./load/start-load.ts";
import { startProbes } from "./probe/start-probes.ts";
import { splitProcesses } from "./split.ts";
import { startWitness } from "./witness/start-witness.ts";

/** Something that measures until told to stop; resolves when its last rows were handed over. */
export interface Running {
  stop(): Promise<void>;
}

interface Opened {
  readonly clock: AgentClock;
  readonly changes: Changes;
}

export class Session {
  readonly #say: (event: Event) => void;
  /** What is still starting is in here, too: an order to be quiet waits for it and ends it. */
  readonly #running = new Set<Promise<Running>>();
  #opened: Opened | undefined;

  constructor(say: (event: Event) => void) {
    this.#say = say;
  }

  async obey(request: Request): Promise<unknown> {
    if (request.do === "hello") return this.#hello(request.originNs);
    const { clock, changes } = this.#need();
    const emit = (record: JournalRecord): void => this.#say({ event: "record", record });
    switch (request.do) {
      case "ping":
        return clock.now();
      case "split":
        return await splitProcesses(request.processes, request.cgroup, request.limited);
      case "bind":
        return await bindPlaces(request);
      case "arm":
        return await changes.arm(request.armed, request.table, request.processes);
      case "fire":
        return await changes.fire(request.change, request.atMs);
      case "undo":
        return await changes.undo(request.change);
      case "hold":
        return await changes.hold(request.armed, request.forMs);
      case "release":
        return await changes.release(request.change);
      case "probe":
        return await this.#start(() => startProbes(request, { now: clock.now, emit }));
      case "load":
        return await this.#start(() => startLoad(request, { now: clock.now, emit }));
      case "witness":
        return await this.#start(() => startWitness(request, { clock, changes, emit }));
      case "evidence":
        return await this.#start(() => startEvidence(request, clock, emit));
      case "quiet":
        return await this.#quiet();
      case "digest":
        return await takeDigest(request.processes ?? []);
      case "disarm": {
        const errors = await this.disarm();
        if (errors.length > 0) throw new Error(errors.join("; "));
        return undefined;
      }
      case "bye":
        return undefined;
      default:
        throw new Error(`unknown command ${JSON.stringify(request satisfies never)}`);
    }
  }

  /** Undo comes first: measuring may take its time to end. */
  async disarm(): Promise<readonly string[]> {
    const errors = [...((await this.#opened?.changes.disarm()) ?? [])];
    await this.#quiet();
    return errors;
  }

  #hello(originNs: string): Welcome {
    // A session of the harness serves several runs, and a remote machine's clock is corrected by a second hello; never while something is armed.
    if (this.#running.size > 0 || this.#opened?.changes.armed) throw new Error("hello again while something is armed or measured");
    const clock = startClock(BigInt(originNs));
    this.#opened = { clock, changes: new Changes(clock, (text) => this.#say({ event: "log", text })) };
    return { version: 1, netns: ownNetns(), pid: process.pid, now: clock.now() };
  }

  #need(): Opened {
    if (!this.#opened) throw new Error("hello comes first");
    return this.#opened;
  }

  async #start(start: () => Running | Promise<Running>): Promise<void> {
    const starting = (async () => await start())();
    this.#running.add(starting);
    try {
      await starting;
    } catch (error) {
      this.#running.delete(starting);
      throw error;
    }
  }

  async #quiet(): Promise<void> {
    const ending = [...this.#running];
    this.#running.clear();
    // What did not start has told so to whoever asked for it.
    await Promise.all(ending.map(async (one) => await (await one.catch(() => undefined))?.stop()));
  }
}
