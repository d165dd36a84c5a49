// The run's own record: phases, errors and events, in one order. Nothing here throws, since an undo must not fail because the disk is full.
import type { Journal } from "../journal/journal.ts";
import type { Clock } from "../model/clock.ts";
import { messageOf, PlanefaultError } from "../model/error.ts";
import type { Hiding } from "../model/hiding.ts";
import { type JournalRecord, type Phase, unsteadyCode } from "../model/record.ts";
import type { RunError, RunEvent } from "./run-end.ts";

export class RunLog {
  readonly clock: Clock;
  readonly #journal: Journal;
  readonly #on: (event: RunEvent) => void;
  readonly errors: RunError[] = [];
  /** Why the run ended early in good order. */
  aborted: string | undefined;
  readonly #interrupt: AbortSignal | undefined;
  readonly #hiding: Hiding;
  readonly #broken = new AbortController();
  #phase: Phase = "plan";

  constructor(
    clock: Clock,
    journal: Journal,
    hiding: Hiding,
    options: { readonly on?: (event: RunEvent) => void; readonly signal?: AbortSignal },
  ) {
    this.clock = clock;
    this.#journal = journal;
    this.#hiding = hiding;
    this.#on = options.on ?? (() => {});
    this.#interrupt = options.signal;
  }

  /** Aborted when waiting on makes no sense: an interrupt, a journal that cannot be written, a world that cannot be trusted. */
  get stopping(): AbortSignal {
    return this.#interrupt ? AbortSignal.any([this.#interrupt, this.#broken.signal]) : this.#broken.signal;
  }

  broke(error: unknown): void {
    this.#broken.abort(error);
  }

  /** What was said outside, without its secrets: nothing leaves a run but through here. */
  hide(text: string): string {
    return this.#hiding.text(text);
  }

  record(told: JournalRecord): void {
    const record = this.#hiding.record(told);
    try {
      this.#journal.append(record);
    } catch (error) {
      this.#journalBroke(error);
    }
    // The world's own errors arrive as records; they count like ours.
    if (record.type === "error") this.errors.push({ phase: record.phase, code: record.code, message: record.message });
  }

  /** Rejects where the journal is not on disk: then nothing may be fired. */
  async sync(): Promise<void> {
    try {
      await this.#journal.sync();
    } catch (error) {
      this.#journalBroke(error);
      throw error;
    }
  }

  event(event: RunEvent): void {
    try {
      this.#on(event);
    } catch (error) {
      // A broken display must not end an experiment in the middle of a fault; it is reported once, through the errors.
      const message = `the event listener threw: ${messageOf(error)}`;
      if (!this.errors.some((known) => known.message === message)) this.errors.push({ phase: this.#phase, code: "crash", message });
    }
  }

  /** One beginning or end. `atMs` may lie a little back where it names an instant that was scheduled. */
  mark(phase: Phase, edge: "begin" | "end", atMs: number = this.clock.now(), lengthMs?: number): void {
    this.#phase = phase;
    this.record({ type: "phase", at: atMs, phase, edge });
    this.event({ type: "phase", atMs, phase, edge, lengthMs });
  }

  step(text: string): void {
    this.event({ type: "step", atMs: this.clock.now(), text: this.hide(text) });
  }

  abort(reason: string, more: { readonly interrupted?: true } = {}): void {
    if (this.aborted !== undefined) return;
    this.aborted = this.hide(reason);
    this.record({ type: "aborted", at: this.clock.now(), reason, ...more });
  }

  /** Nothing was injected and nothing is broken, but there is nothing to compare with either. */
  unsteady(why: string): void {
    this.failed("baseline", why, unsteadyCode);
    this.aborted ??= this.hide(why);
  }

  /** What many steps of a phase met, as all undos a keeper that hangs, is one problem and said once. */
  failed(phase: Phase, error: unknown, code = codeOf(error)): void {
    const message = this.hide(messageOf(error));
    if (this.errors.some((known) => known.phase === phase && known.code === code && known.message === message)) return;
    this.record({ type: "error", at: this.clock.now(), phase, code, message });
    this.event({ type: "problem", atMs: this.clock.now(), phase, message });
  }

  /** One step of the programme. An error is journalled here and ends the programme; an interrupt ends it in good order. */
  async phase<T>(phase: Phase, work: () => Promise<T>, begin: { readonly atMs?: number; readonly lengthMs?: number } = {}): Promise<T> {
    this.mark(phase, "begin", begin.atMs, begin.lengthMs);
    try {
      return await work();
    } catch (error) {
      this.#met(phase, error);
      throw error;
    } finally {
      this.mark(phase, "end");
    }
  }

  /** A step that must be followed by the next one whatever happens in it. */
  async always(phase: Phase, work: () => Promise<void>): Promise<void> {
    await this.phase(phase, work).catch(() => {});
  }

  /** Clean-up within a step: asked once more before it is given up. */
  async tidy(phase: Phase, work: () => Promise<void>): Promise<void> {
    await work()
      .catch(work)
      .catch((error: unknown) => this.failed(phase, error));
  }

  #met(phase: Phase, error: unknown): void {
    if (this.#interrupt?.aborted && error === this.#interrupt.reason)
      this.abort(error instanceof PlanefaultError ? error.message : "interrupted", { interrupted: true });
    else this.failed(phase, error);
  }

  #journalBroke(error: unknown): void {
    const message = messageOf(error);
    if (!this.errors.some((known) => known.message === message)) this.errors.push({ phase: this.#phase, code: codeOf(error), message });
    this.broke(error);
  }
}

const codeOf = (error: unknown): string => (error instanceof PlanefaultError ? error.code : isCrash(error) ? "crash" : "environment");
const isCrash = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  (error instanceof Error && error.name === "AssertionError");
