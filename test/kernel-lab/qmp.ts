// The machine protocol of QEMU on its Unix socket: one JSON object a line, an answer for each command by its id, events between them.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const answerMs = 30_000;
const connectMs = 10_000;
const pollMs = 100;

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export class Qmp {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #next = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on("line", (line) => this.#hear(JSON.parse(line) as Reply));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const answer of this.#waiting.values()) answer({ error: { desc: "QEMU has ended" } });
      this.#waiting.clear();
    });
  }

  /** QEMU makes its socket a moment after it has started; `check` throws where it has ended by then. */
  static async open(path: string, check: () => void): Promise<Qmp> {
    const endAt = performance.now() + connectMs;
    for (;;) {
      check();
      const socket = connect({ path });
      try {
        await once(socket, "connect");
        const qmp = new Qmp(socket);
        await qmp.ask("qmp_capabilities");
        return qmp;
      } catch (error) {
        socket.destroy();
        if (performance.now() > endAt) throw new Error(`QEMU did not open ${path} within ${connectMs} ms`, { cause: error });
        await pause(pollMs);
      }
    }
  }

  async ask(execute: string, words: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    const late = setTimeout(() => reject(new Error(`QEMU did not answer ${execute} within ${answerMs} ms`)), answerMs);
    this.#socket.write(`${JSON.stringify({ execute, arguments: words, id })}\n`);
    try {
      const { error, return: value } = await promise;
      if (error) throw new Error(`QEMU refused ${execute}: ${error.desc}`);
      return value;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The greeting and events have no id. */
  #hear(reply: Reply): void {
    if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
  }
}
