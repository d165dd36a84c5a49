// The stopwatch of `npm run bench:inject`: a program in a container of its own, in the network namespace from which the packets come. It looks about every 0.6 ms whether a fault acts, and knows
// nothing of whoever makes it act. Orders come as lines of JSON; the answer to `stop` is every look since `start`, on the monotonic clock that all processes of one kernel share.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

/** A datagram that gets no prompt answer, or a file that is not as it was at the start: all of it, or its line that begins so. */
export type Sight =
  | { readonly see: "packets"; readonly address: string; readonly port: number }
  | { readonly see: "file"; readonly path: string; readonly line?: string };

export type Order =
  | { readonly id: number; readonly do: "start"; readonly originNs: string; readonly sight: Sight }
  | { readonly id: number; readonly do: "stop" };

/** Milliseconds after the origin, and whether the fault acted then. */
export type Row = readonly [atMs: number, acts: 0 | 1];

export interface Answer {
  readonly id: number;
  readonly rows?: readonly Row[];
  readonly error?: string;
}

const everyMs = 0.5;
/** What is answered later was held up. */
const promptMs = 10;
/** More than the burst that a limited rate lets through. */
const datagramBytes = 1_200;
/** So many looks in a row that see nothing: it does not act, or no more. */
const calmLooks = 40;
const calmDeadlineMs = 8_000;
const calmEveryMs = 5;

interface Looks {
  readonly atMs: readonly number[];
  /** How long after a look it is known what it saw. */
  readonly knownAfterMs: number;
  look(): void;
  acts(index: number): boolean;
  close(): void;
}

function packetLooks({ address, port }: Extract<Sight, { readonly see: "packets" }>, now: () => number): Looks {
  const atMs: number[] = [];
  const tookMs: (number | undefined)[] = [];
  const socket = createSocket({ type: "udp4", lookup: (name, _options, done) => done(null, name, 4) });
  socket.on("message", (data) => {
    const number = data.readUInt32BE(0);
    tookMs[number] ??= now() - (atMs[number] ?? Number.NaN);
  });
  // Refused or unreachable: it gets no answer, which is all that counts.
  socket.on("error", () => undefined);
  return {
    atMs,
    knownAfterMs: promptMs,
    look: () => {
      const data = Buffer.alloc(datagramBytes);
      data.writeUInt32BE(atMs.length);
      atMs.push(now());
      socket.send(data, port, address, () => undefined);
    },
    acts: (index) => (tookMs[index] ?? Number.POSITIVE_INFINITY) > promptMs,
    close: () => socket.close(),
  };
}

function fileLooks({ path, line }: Extract<Sight, { readonly see: "file" }>, now: () => number): Looks {
  const read = (): string | undefined => {
    try {
      const text = readFileSync(path, "utf8");
      return line === undefined ? text : text.split("\n").find((one) => one.startsWith(line));
    } catch {
      return undefined;
    }
  };
  const first = read();
  const atMs: number[] = [];
  const changed: boolean[] = [];
  return {
    atMs,
    knownAfterMs: 0,
    look: () => {
      atMs.push(now());
      changed.push(first === undefined || read() !== first);
    },
    acts: (index) => changed[index] ?? true,
    close: () => undefined,
  };
}

const cell = new Int32Array(new SharedArrayBuffer(4));

class Watch {
  readonly #looks: Looks;
  readonly #now: () => number;
  #ended = false;

  constructor(sight: Sight, originNs: bigint) {
    this.#now = () => Number(process.hrtime.bigint() - originNs) / 1e6;
    this.#looks = sight.see === "packets" ? packetLooks(sight, this.#now) : fileLooks(sight, this.#now);
    void this.#run();
  }

  /** A timer of Node is too coarse; this waits for the kernel, which wakes it within 0.1 ms. */
  async #run(): Promise<void> {
    while (!this.#ended) {
      this.#looks.look();
      Atomics.wait(cell, 0, 0, everyMs);
      await turn();
    }
  }

  async calm(): Promise<boolean> {
    const endAt = this.#now() + calmDeadlineMs;
    while (!this.#isCalm()) {
      if (this.#now() > endAt) return false;
      await pause(calmEveryMs);
    }
    return true;
  }

  async rows(): Promise<readonly Row[]> {
    this.#ended = true;
    await pause(this.#looks.knownAfterMs);
    this.#looks.close();
    return this.#looks.atMs.map((at, index): Row => [Math.round(at * 1_000) / 1_000, this.#looks.acts(index) ? 1 : 0]);
  }

  #isCalm(): boolean {
    const { atMs, knownAfterMs } = this.#looks;
    const known = atMs.findLastIndex((at) => at < this.#now() - knownAfterMs) + 1;
    return (
      known >= calmLooks && Array.from({ length: calmLooks }, (_, back) => known - 1 - back).every((index) => !this.#looks.acts(index))
    );
  }
}

let watch: Watch | undefined;

async function obey(order: Order): Promise<Omit<Answer, "id">> {
  if (order.do === "start") {
    watch = new Watch(order.sight, BigInt(order.originNs));
    if (await watch.calm()) return {};
    await watch.rows();
    return { error: `waited ${calmDeadlineMs} ms for ${JSON.stringify(order.sight)} to be calm before the shot` };
  }
  const calm = await watch?.calm();
  const rows = (await watch?.rows()) ?? [];
  return calm === true ? { rows } : { rows, error: `waited ${calmDeadlineMs} ms for calm after the shot` };
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  process.stdout.write(`${JSON.stringify({ id: order.id, ...(await obey(order)) } satisfies Answer)}\n`);
}
// The looks of a watch that nobody stopped would go on.
process.exit(0);
