// The armed changes of this agent and which of them act. Whatever way the agent ends, `undoAll` is on it.
import type { DeclaredProcess, Done } from "../model/agent-protocol.ts";
import type { ArmedChange } from "../model/identity.ts";
import type { AgentClock } from "./clock.ts";
import { type Executor, makeExecutor } from "./executor.ts";
import { Nft } from "./nft.ts";
import type { SyncCall } from "./tracer.ts";
import { tableText } from "./nft-rules.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const waitsForSupervisor = ({ change }: ArmedChange): boolean => change.undo.op === "process.ensure";

/** Longer than one change of each kind takes to be taken back where all of them hang, one after another (test/drivers/docker/deadlines.test.ts adds them up). An agent that ends waits no longer. */
export const disarmDeadlineMs = 31_000;

/** After an undo that failed at the end of a lease. */
const retryMs = 1_000;

/** A check takes about 0.1 ms; done a little ahead it costs the instant nothing. */
const checkAheadMs = 2;
/** In a longer stall between check and shot anything may have come to stand in the place. */
const freshMs = 10;

interface Entry {
  readonly armed: ArmedChange;
  readonly executor: Executor;
  /** Set before the attempt: an op that failed half way counts as applied. */
  applied: { readonly at: number } | undefined;
  applying: Promise<void> | undefined;
  undoing: Promise<void> | undefined;
  lease: NodeJS.Timeout | undefined;
  /** The one that may still hit: an undo takes it away, and a later order brings no earlier one back. */
  shot: symbol | undefined;
}

/** An undo that overtook its apply would be overtaken in turn: what comes late would act for ever. */
async function takeBack(entry: Entry): Promise<void> {
  if (!entry.applied) return;
  // Whether it failed is for the shot to say.
  if (entry.executor.endsApply !== true) await entry.applying?.catch(() => undefined);
  await entry.executor.undo();
  entry.applied = undefined;
}

export class Changes {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: AgentClock;
  readonly #log: (text: string) => void;
  readonly #make: typeof makeExecutor;
  #nft: Promise<Nft> | undefined;
  #table: string | undefined;
  #ending = false;

  constructor(clock: AgentClock, log: (text: string) => void, make = makeExecutor) {
    this.#clock = clock;
    this.#log = log;
    this.#make = make;
  }

  get armed(): boolean {
    return this.#entries.size > 0;
  }

  async arm(armed: ArmedChange, table: string, processes: readonly DeclaredProcess[] = []): Promise<void> {
    const { id } = armed.change;
    if (this.#entries.has(id)) throw new Error(`${id} is armed already`);
    const executor = await this.#make(armed, table, async () => await this.#openTable(table), processes);
    this.#entries.set(id, {
      armed,
      executor,
      applied: undefined,
      applying: undefined,
      undoing: undefined,
      lease: undefined,
      shot: undefined,
    });
  }

  async fire(id: string, atMs: number): Promise<Done> {
    if (this.#ending) throw new Error("ending");
    const entry = this.#entry(id);
    if (entry.applied) throw new Error(`${id} was fired already`);
    const shot = Symbol(id);
    entry.shot = shot;
    await this.#clock.until(atMs - checkAheadMs);
    const checkedMs = this.#clock.now();
    entry.executor.check();
    await this.#clock.until(atMs);
    if (this.#clock.now() - checkedMs > freshMs) entry.executor.check();
    if (this.#ending || entry.shot !== shot) throw new Error(`${id} was undone before its instant`);
    entry.applied = { at: this.#clock.now() };
    entry.lease = setTimeout(() => void this.#endLease(id), entry.armed.change.leaseMs);
    try {
      entry.applying = entry.executor.apply();
      await entry.applying;
    } catch (error) {
      // A supervisor takes longer than a shot may: the harness asks for the undo of whatever was refused.
      if (waitsForSupervisor(entry.armed)) throw error;
      // What failed half way is taken back at once. Where that fails too, the change stays marked as applied, and the harness asks for its undo all the same.
      await this.undo(id).catch((undoing: unknown) => {
        throw new Error(`${messageOf(error)}, and taking it back failed: ${messageOf(undoing)}`, { cause: error });
      });
      throw error;
    }
    return { doneAt: this.#clock.now() };
  }

  /** What another agent fires counts as applied from now on, for at most `forMs`: its undo is idempotent. */
  async hold(armed: ArmedChange, forMs: number): Promise<void> {
    await this.arm(armed, "");
    const { id } = armed.change;
    const entry = this.#entry(id);
    entry.applied = { at: this.#clock.now() };
    entry.lease = setTimeout(() => void this.#endLease(id), forMs);
  }

  /** Idempotent: what is held no longer is nobody's to undo. */
  async release(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    clearTimeout(entry?.lease);
    this.#entries.delete(id);
    await entry?.executor.close?.();
  }

  /** Idempotent. What was never fired is cancelled. */
  async undo(id: string): Promise<Done> {
    const entry = this.#entry(id);
    entry.shot = undefined;
    entry.undoing ??= takeBack(entry).finally(() => (entry.undoing = undefined));
    await entry.undoing;
    // Only now: an undo that failed leaves the lease in force.
    clearTimeout(entry.lease);
    return { doneAt: this.#clock.now() };
  }

  /** In reverse order; every error is collected and none keeps another change from its undo. What waits for a supervisor holds nothing else up. */
  async undoAll(): Promise<readonly string[]> {
    const errors: string[] = [];
    const undo = async (id: string): Promise<void> => {
      await this.undo(id).catch((error: unknown) => errors.push(`${id}: ${messageOf(error)}`));
    };
    const ids = [...this.#entries.keys()].toReversed();
    const waits = (id: string): boolean => waitsForSupervisor(this.#entry(id).armed);
    const waiting = ids.filter(waits).map(undo);
    for (const id of ids.filter((one) => !waits(one))) await undo(id);
    await Promise.all(waiting);
    return errors;
  }

  /** Nothing is fired meanwhile: its undo may have gone before. */
  async disarm(): Promise<readonly string[]> {
    this.#ending = true;
    const errors = [...(await this.undoAll())];
    const closed = await Promise.allSettled([...this.#entries.values()].map(async ({ executor }) => await executor.close?.()));
    this.#entries.clear();
    this.#ending = false;
    const unclosed = closed.flatMap((one) => (one.status === "rejected" ? [messageOf(one.reason)] : []));
    return [...errors, ...unclosed, ...(await this.#closeTable())];
  }

  /** Where the child has died, a new one deletes the table. */
  async #closeTable(): Promise<readonly string[]> {
    const opened = this.#nft;
    const table = this.#table;
    this.#nft = undefined;
    this.#table = undefined;
    if (!opened || table === undefined) return [];
    try {
      const old = await opened;
      await old.close();
      const nft = new Nft();
      const { listing, complaint } = await nft.change(`delete table inet ${table}`, "list tables inet");
      await nft.close();
      return listing.includes(`"${table}"`) ? [`table ${table} is still there: ${complaint}`] : [];
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** When the change was fired, on the run's clock; undefined while it does not act. */
  firedAt(id: string): number | undefined {
    return this.#entries.get(id)?.applied?.at;
  }

  /** Syncs that ended since the last question. */
  takeCalls(id: string): readonly SyncCall[] {
    return this.#entries.get(id)?.executor.takeCalls?.() ?? [];
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`${id} was not armed here`);
    return entry;
  }

  /** The kernel ends packet rules by itself; for the rest this is the lease. A harness that still lives undoes earlier. */
  async #endLease(id: string): Promise<void> {
    try {
      await this.undo(id);
      this.#log(`the lease of ${id} has ended: undone`);
    } catch (error) {
      this.#log(`the lease of ${id} has ended and its undo failed: ${messageOf(error)}`);
      const entry = this.#entries.get(id);
      if (entry) entry.lease = setTimeout(() => void this.#endLease(id), retryMs);
    }
  }

  async #openTable(table: string): Promise<Nft> {
    if (!/^planefault_[A-Za-z0-9_]+$/u.test(table)) throw new Error(`"${table}" is no name of a table of ours`);
    this.#table ??= table;
    if (this.#table !== table) throw new Error(`table ${this.#table} is open already, so ${table} cannot be`);
    this.#nft ??= (async () => {
      const nft = new Nft();
      const { listing, complaint } = await nft.change(tableText(table), "list tables inet");
      if (complaint !== "" || !listing.includes(`"${table}"`)) {
        await nft.close();
        this.#nft = undefined;
        this.#table = undefined;
        throw new Error(`nft refused table ${table}: ${complaint}`);
      }
      return nft;
    })();
    return await this.#nft;
  }
}
