// ICMP echoes, open loop: Node has no such sockets, so fping sends at its own pace and each line that it prints becomes the sample of its number.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { errorWord } from "./attempt.ts";
import { type FpingLine, readComplaints, readLine } from "./fping-output.ts";
import { lagLimitMs } from "./open-loop.ts";
import type { OpenLoop, Taken } from "./open-loop.ts";

export interface IcmpOptions {
  readonly address: string;
  readonly sizeBytes: number;
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly firstAt: number;
  readonly taken: (taken: Taken) => void;
  readonly now: () => number;
  /** fping is not there or ended: from then on every sample is missed. */
  readonly failed: (error: Error) => void;
  /** Another program that speaks like fping, for tests. */
  readonly program?: readonly string[];
}

const watchMs = 50;
/** fping starts, and works, whenever a busy machine lets it: only longer silence means that the kernel takes none of its packets. */
const patienceMs = 2_000;

export function startIcmp(options: IcmpOptions): OpenLoop {
  return new IcmpLoop(options);
}

type Ended = Pick<Taken, "startedAt" | "endedAt" | "tookMs" | "outcome" | "detail">;

class IcmpLoop implements OpenLoop {
  readonly #options: IcmpOptions;
  readonly #drained = Promise.withResolvers<void>();
  readonly #starting: NodeJS.Timeout;
  readonly #watching: NodeJS.Timeout;
  /** Numbers above `#next` that have settled already. */
  readonly #settled = new Set<number>();
  /** What an ICMP error said about a sample; it counts where no answer comes after all. */
  readonly #refusals = new Map<number, string>();
  #child: ChildProcess | undefined;
  #dead: string | undefined;
  #foreign: string | undefined;
  /** When number 0 was due: the spawn, until a line tells it better. */
  #origin: number;
  #aligned = false;
  #next = 0;
  #heardAt = Number.POSITIVE_INFINITY;
  #stoppedAt = Number.POSITIVE_INFINITY;

  constructor(options: IcmpOptions) {
    this.#options = options;
    this.#origin = options.firstAt;
    this.#starting = setTimeout(() => this.#spawn(), Math.max(1, Math.round(options.firstAt - options.now())));
    // After the poll for input, so that lines which waited while the loop stood still are read first.
    this.#watching = setInterval(() => setImmediate(() => this.#watch()), watchMs);
  }

  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  stop(): void {
    this.#stoppedAt = this.#options.now();
    if (this.#child === undefined) this.#end();
    else this.#endIfDrained();
  }

  /** What fping has not spoken of by then nobody knows. */
  abandon(): void {
    this.#end();
  }

  #spawn(): void {
    const { address, sizeBytes, everyMs, deadlineMs, now, program = ["fping"] } = this.#options;
    const [name = "", ...before] = program;
    // -D: with the time of each line. -i: the least pause between packets, which would stretch a backlog; ours are told by their lag.
    const argv = ["-4", "-l", "-D", "-i", "1", "-p", String(everyMs), "-t", String(deadlineMs), "-b", String(sizeBytes), address];
    this.#origin = now();
    this.#heardAt = now();
    this.#child = spawn(name, [...before, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.on("error", (error) => this.#die(errorWord(error)));
    this.#child.on("close", (code, signal) => this.#die(`exit ${code ?? signal}`));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#complain(text));
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on("line", (text) => this.#read(text));
  }

  #die(why: string): void {
    if (this.#dead !== undefined) return;
    this.#dead = `fping: ${why}`;
    if (this.#stoppedAt === Number.POSITIVE_INFINITY) this.#options.failed(new Error(this.#dead));
  }

  #complain(text: string): void {
    for (const complaint of readComplaints(text)) {
      if (complaint.kind === "foreign") this.#foreign = complaint.address;
      else this.#refusals.set(this.#lastSent(), complaint.detail);
    }
  }

  #read(text: string): void {
    const line = readLine(text);
    if (line === undefined) return;
    this.#heardAt = this.#options.now();
    const ended = line.kind === "reply" ? this.#reply(line) : this.#timeout(line);
    if (this.#due(line.n)) this.#settle(line.n, ended);
    // fping looks at its deadlines in their order, and before it sends: whoever has no line by now will have none.
    const over = line.kind === "timeout" ? line.n : line.n - Math.ceil(this.#options.deadlineMs / this.#options.everyMs) - 1;
    while (this.#next < over && this.#due(this.#next)) this.#giveUp(this.#next);
    this.#endIfDrained();
  }

  #reply({ n, receivedMs, tookMs }: Extract<FpingLine, { readonly kind: "reply" }>): Ended {
    const endedAt = this.#onOurClock(receivedMs);
    const startedAt = endedAt - tookMs;
    this.#align(n, startedAt);
    const foreign = this.#foreign;
    this.#foreign = undefined;
    if (startedAt - this.#scheduledAt(n) > lagLimitMs(this.#options.deadlineMs)) return missed(startedAt, "started late");
    return foreign === undefined
      ? { startedAt, endedAt, tookMs, outcome: "ok", detail: undefined }
      : { startedAt, endedAt, tookMs, outcome: "wrong", detail: `from ${foreign}` };
  }

  #timeout({ n, atMs }: Extract<FpingLine, { readonly kind: "timeout" }>): Ended {
    const { deadlineMs } = this.#options;
    const endedAt = this.#onOurClock(atMs);
    const startedAt = endedAt - deadlineMs;
    this.#align(n, startedAt);
    // fping looks at its deadlines before it looks for answers: where it slept, it may have overlooked one.
    if (startedAt - this.#scheduledAt(n) > lagLimitMs(deadlineMs)) return missed(startedAt, "prober lagged");
    const refused = this.#refusals.get(n);
    return { startedAt, endedAt, tookMs: deadlineMs, outcome: refused === undefined ? "late" : "failed", detail: refused };
  }

  /** Anew for each line, since the wall clock may be set. */
  #onOurClock(wallMs: number): number {
    return wallMs - (Date.now() - this.#options.now());
  }

  /** By the least delayed of the packets: the first one may have been late itself. */
  #align(n: number, sentAt: number): void {
    const origin = sentAt - n * this.#options.everyMs;
    this.#origin = this.#aligned ? Math.min(this.#origin, origin) : origin;
    this.#aligned = true;
  }

  #watch(): void {
    const { now, everyMs, deadlineMs } = this.#options;
    if (this.#dead === undefined && now() - this.#heardAt < deadlineMs + everyMs + patienceMs) return;
    while (this.#due(this.#next) && this.#scheduledAt(this.#next) + deadlineMs <= now()) this.#giveUp(this.#next);
    this.#endIfDrained();
  }

  /** fping prints no line for a packet that the kernel did not take from it. */
  #giveUp(n: number): void {
    const startedAt = this.#scheduledAt(n);
    const { deadlineMs } = this.#options;
    const detail = this.#refusals.get(n) ?? "not sent";
    const unsent: Ended = { startedAt, endedAt: startedAt + deadlineMs, tookMs: deadlineMs, outcome: "failed", detail };
    this.#settle(n, this.#dead === undefined ? unsent : missed(startedAt, this.#dead));
  }

  #settle(n: number, ended: Ended): void {
    if (n < this.#next || this.#settled.has(n)) return;
    this.#settled.add(n);
    while (this.#settled.delete(this.#next)) {
      this.#refusals.delete(this.#next);
      this.#next += 1;
    }
    this.#options.taken({ scheduledAt: this.#scheduledAt(n), ...ended });
    this.#endIfDrained();
  }

  #scheduledAt(n: number): number {
    return this.#origin + n * this.#options.everyMs;
  }

  #due(n: number): boolean {
    return this.#scheduledAt(n) <= this.#stoppedAt;
  }

  #lastSent(): number {
    return Math.max(0, Math.floor((this.#options.now() - this.#origin) / this.#options.everyMs));
  }

  #endIfDrained(): void {
    if (!this.#due(this.#next)) this.#end();
  }

  #end(): void {
    clearTimeout(this.#starting);
    clearInterval(this.#watching);
    this.#child?.kill("SIGKILL");
    this.#drained.resolve();
  }
}

const missed = (startedAt: number, detail: string): Ended => ({ startedAt, endedAt: startedAt, tookMs: 0, outcome: "missed", detail });
