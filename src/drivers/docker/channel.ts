// One request/reply conversation in NDJSON with a program in a container, over the engine's attached stream. Knows lines, deadlines and loss; nothing of what is said.
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import type Dockerode from "dockerode";
import { PlanefaultError } from "../../model/error.ts";

/** "lost": nobody knows whether it was carried out. */
export type Heard =
  | { readonly heard: "value"; readonly value: unknown }
  | { readonly heard: "refused"; readonly error: string }
  | { readonly heard: "lost"; readonly detail: string };

/** A command of agent or keeper. */
export type Said = { readonly do: string } & Readonly<Record<string, unknown>>;

interface Pending {
  readonly settle: (heard: Heard) => void;
  readonly timer: NodeJS.Timeout;
}

const keptLines = 20;

export class Channel {
  readonly name: string;
  readonly #stream: NodeJS.ReadWriteStream;
  readonly #pending = new Map<number, Pending>();
  /** Last lines that were no messages: what the program says when it dies. */
  readonly #noise: string[] = [];
  #next = 1;
  #ended: string | undefined;
  /** Heartbeats since something was heard, whatever it was. */
  #unheard = 0;
  /** Everything that is no reply: records and log lines. */
  onEvent: (event: object) => void = () => undefined;
  /** The conversation ended, asked for or not. */
  onEnd: (why: string) => void = () => undefined;

  constructor(name: string, docker: Dockerode, stream: NodeJS.ReadWriteStream) {
    this.name = name;
    this.#stream = stream;
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    docker.modem.demuxStream(stream, stdout, stderr);
    createInterface({ input: stdout }).on("line", (line) => this.#line(line));
    createInterface({ input: stderr }).on("line", (line) => this.#keep(line));
    stream.on("end", () => this.#end("its stream ended"));
    stream.on("close", () => this.#end("its stream was closed"));
    stream.on("error", (error: Error) => this.#end(error.message));
  }

  get open(): boolean {
    return this.#ended === undefined;
  }

  /** Sends without waiting for more than the stream takes; the answer arrives by the deadline or is lost. */
  ask(command: Said, deadlineMs: number): Promise<Heard> {
    if (this.#ended !== undefined) return Promise.resolve({ heard: "lost", detail: `${this.name}: ${this.#ended}${this.#lastWords()}` });
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(
        () =>
          this.#settle(id, { heard: "lost", detail: `${this.name} did not answer "${command.do}" within ${Math.round(deadlineMs)} ms` }),
        deadlineMs,
      );
      this.#pending.set(id, { settle: resolve, timer });
      this.#stream.write(`${JSON.stringify({ ...command, id })}\n`);
    });
  }

  /** For requests whose loss or refusal ends the run. */
  async demand(command: Said, deadlineMs: number): Promise<unknown> {
    const heard = await this.ask(command, deadlineMs);
    if (heard.heard === "value") return heard.value;
    const why = heard.heard === "lost" ? heard.detail : `${this.name} refused "${command.do}": ${heard.error}`;
    throw new PlanefaultError("agent", why, { hint: "the logs of its container say more; planefault cleanup removes it" });
  }

  /** A heartbeat, one every `everyMs`. After `patience` of them without a word the conversation has ended: beats are counted and not the time, since a harness that stalls makes none. */
  beat(everyMs: number, patience: number): void {
    if (this.#ended !== undefined) return;
    const silenceMs = everyMs * patience;
    if (this.#unheard >= patience) {
      this.#end(`nothing was heard of it for ${silenceMs / 1_000} s`);
      // Whoever has only been slow must hear that nobody is there any more.
      if ("destroy" in this.#stream && typeof this.#stream.destroy === "function") this.#stream.destroy();
      return;
    }
    this.#unheard += 1;
    void this.ask({ do: "ping" }, silenceMs);
  }

  /** End of input: the program undoes what it holds and exits. The other end is not waited for: an engine that hangs would keep us for ever. */
  hangUp(): void {
    this.#stream.end();
    if ("unref" in this.#stream && typeof this.#stream.unref === "function") this.#stream.unref();
  }

  #line(line: string): void {
    this.#unheard = 0;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return this.#keep(line);
    }
    if (typeof message !== "object" || message === null) return this.#keep(line);
    if (!("id" in message) || typeof message.id !== "number") return this.onEvent(message);
    if ("ok" in message && message.ok === true)
      return this.#settle(message.id, { heard: "value", value: "value" in message ? message.value : undefined });
    return this.#settle(message.id, { heard: "refused", error: "error" in message ? String(message.error) : "no reason given" });
  }

  #settle(id: number, heard: Heard): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.settle(heard);
  }

  #keep(line: string): void {
    this.#noise.push(line);
    if (this.#noise.length > keptLines) this.#noise.shift();
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    for (const id of this.#pending.keys()) this.#settle(id, { heard: "lost", detail: `${this.name}: ${why}${this.#lastWords()}` });
    this.onEnd(`${why}${this.#lastWords()}`);
  }

  #lastWords(): string {
    return this.#noise.length === 0 ? "" : `; its last lines: ${this.#noise.join(" | ")}`;
  }
}
