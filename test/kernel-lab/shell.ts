// Commands in the guest, over SSH: each with a deadline, its output as it comes, its exit code in the error.
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { splitLines } from "../../src/agent/lines.ts";
import { tail } from "../../src/setup/tool.ts";

const attemptMs = 20_000;
const pollMs = 500;

export interface CommandOptions {
  readonly timeoutMs: number;
  /** Sent to the command, then its input ends. */
  readonly input?: Readable;
  /** Each line of both streams. */
  readonly line?: (text: string) => void;
}

export interface Ended {
  readonly code: number | undefined;
  /** Both streams. */
  readonly output: string;
}

/** Where the guest listens, on this machine's loopback alone. */
export interface Door {
  readonly port: number;
  readonly privateKey: string;
}

export class Shell implements Disposable {
  readonly #client: Client;
  readonly #signal: AbortSignal;

  private constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Tries until the guest answers. `check` throws where it cannot any more. */
  static async open(door: Door, deadlineMs: number, signal: AbortSignal, check: () => void): Promise<Shell> {
    const endAt = performance.now() + deadlineMs;
    for (;;) {
      check();
      signal.throwIfAborted();
      try {
        return new Shell(await connect(door), signal);
      } catch (error) {
        if (performance.now() > endAt) throw new Error(`the guest did not answer within ${deadlineMs / 1_000} s`, { cause: error });
        await pause(pollMs, undefined, { signal });
      }
    }
  }

  /** Rejects where the command fails or does not end in time. */
  async run(command: string, options: CommandOptions): Promise<string> {
    const { code, output } = await this.try(command, options);
    if (code !== 0) throw new Error(`in the guest, "${command}" ended with ${code ?? "no code"}\n${tail(output)}`);
    return output;
  }

  async try(command: string, { timeoutMs, input, line }: CommandOptions): Promise<Ended> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const stop = AbortSignal.any([deadline, this.#signal]);
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    const broken = (): void =>
      reject(deadline.aborted ? new Error(`in the guest, "${command}" was not finished within ${timeoutMs / 1_000} s`) : stop.reason);
    stop.addEventListener("abort", broken, { once: true });
    const lost = (): void => reject(new Error(`the guest was lost during "${command}"`));
    this.#client.once("close", lost);
    this.#client.exec(command, (error, channel) => (error ? reject(error) : follow(channel, input, line, resolve, reject)));
    try {
      return await promise;
    } finally {
      stop.removeEventListener("abort", broken);
      this.#client.off("close", lost);
    }
  }

  [Symbol.dispose](): void {
    this.#client.end();
    this.#client.destroy();
  }
}

async function connect({ port, privateKey }: Door): Promise<Client> {
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Stays: an error that comes later is told by the command that it breaks.
  client.on("error", reject).on("close", () => reject(new Error("closed")));
  client.on("ready", resolve);
  client.connect({
    host: "127.0.0.1",
    port,
    username: "root",
    privateKey,
    readyTimeout: attemptMs,
    algorithms: {
      kex: { prepend: ["curve25519-sha256"], append: [], remove: [] },
      cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] },
    },
  });
  try {
    await promise;
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function follow(
  channel: ClientChannel,
  input: Readable | undefined,
  line: CommandOptions["line"],
  resolve: (ended: Ended) => void,
  reject: (error: Error) => void,
): void {
  let output = "";
  let code: number | undefined;
  const lines = splitLines((text) => line?.(text));
  const take = (chunk: Buffer): void => {
    const text = chunk.toString("utf8");
    output = (output + text).slice(-200_000);
    lines(text);
  };
  channel.on("data", take).on("exit", (given: number | null) => (code = given ?? undefined));
  channel.stderr.on("data", take);
  channel.on("close", () => resolve({ code, output }));
  if (!input) return void channel.end();
  // A command that ends before its input does says so by its exit code.
  channel.on("error", () => undefined);
  input.on("error", reject).pipe(channel);
}
