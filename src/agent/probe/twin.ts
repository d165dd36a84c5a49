// The vantage's twin: measures the prober's own event loop and a loopback echo while the probes run, so that a starved prober is told from a sick system.
import * as dgram from "node:dgram";
import { LagLog } from "./lag-log.ts";

/** [at, worst delay of the event loop, worst loopback echo] in milliseconds, since the row before. */
export type TwinRow = [number, number, number];

export interface Twin {
  /** The prober's worst lag in the span, as far as it is known: call it from `tick`. */
  worst(from: number, to: number): number;
  /** Rows since the last call. */
  takeRows(): TwinRow[];
  stop(): void;
}

export interface TwinOptions {
  readonly now: () => number;
  readonly floorMs: number;
  readonly keepMs: number;
  /** Called on every tick, after the lag up to now was noted. */
  readonly tick: (at: number) => void;
  readonly failed: (error: Error) => void;
}

const tickMs = 5;
const rowMs = 100;
const echoEveryMs = 20;
const echoLostMs = 1_000;
const loopback = "127.0.0.1";

export function startTwin(options: TwinOptions): Twin {
  const { now } = options;
  const log = new LagLog(options.floorMs, options.keepMs);
  const worstSince = { row: now(), loop: 0, echo: 0 };
  let rows: TwinRow[] = [];
  const echo = startEcho(now, options.failed, (sentAt, at) => {
    worstSince.echo = Math.max(worstSince.echo, at - sentAt);
    log.add({ from: sentAt, to: at, ms: at - sentAt });
  });
  let dueAt = now() + tickMs;
  const tick = (): void => {
    const at = now();
    const lagMs = Math.max(0, at - dueAt);
    worstSince.loop = Math.max(worstSince.loop, lagMs);
    log.add({ from: dueAt, to: at, ms: lagMs });
    echo.poll(at);
    if (at - worstSince.row >= rowMs) {
      rows.push([at, worstSince.loop, Math.max(worstSince.echo, echo.ageMs(at))]);
      worstSince.row = at;
      worstSince.loop = 0;
      worstSince.echo = 0;
    }
    dueAt = now() + tickMs;
    timer = setTimeout(tick, tickMs);
    options.tick(at);
  };
  let timer = setTimeout(tick, tickMs);
  return {
    worst: (from, to) => {
      const age = echo.sentAt() <= to ? echo.ageMs(now()) : 0;
      return Math.max(log.worst(from, to), age);
    },
    takeRows: () => {
      const taken = rows;
      rows = [];
      return taken;
    },
    stop: () => {
      clearTimeout(timer);
      echo.stop();
    },
  };
}

interface Echo {
  /** Sends the next datagram when it is time. */
  poll(at: number): void;
  /** Of the datagram that is on its way; Infinity where there is none. */
  sentAt(): number;
  ageMs(at: number): number;
  stop(): void;
}

/** Where the loopback does not work at all the age grows and grows: no sample of such a vantage is evidence. */
function startEcho(now: () => number, failed: (error: Error) => void, back: (sentAt: number, at: number) => void): Echo {
  const far = dgram.createSocket("udp4");
  const near = dgram.createSocket("udp4");
  let number = 0;
  let outstanding: { readonly number: number; readonly sentAt: number } | undefined = { number: -1, sentAt: now() };
  let ready = false;
  let lastSentAt = -Infinity;
  far.on("error", failed);
  near.on("error", failed);
  far.on("message", (message, from) => far.send(message, from.port, from.address));
  near.on("message", (message) => {
    if (outstanding === undefined || message.readUInt32LE() !== outstanding.number) return;
    back(outstanding.sentAt, now());
    outstanding = undefined;
  });
  far.bind(0, loopback, () => {
    near.connect(far.address().port, loopback, () => {
      ready = true;
      outstanding = undefined;
    });
  });
  return {
    poll: (at) => {
      if (outstanding !== undefined && at - outstanding.sentAt > echoLostMs) {
        back(outstanding.sentAt, at);
        outstanding = ready ? undefined : { number: -1, sentAt: at };
      }
      if (!ready || outstanding !== undefined || at - lastSentAt < echoEveryMs) return;
      number = (number + 1) % 2 ** 31;
      outstanding = { number, sentAt: at };
      lastSentAt = at;
      const message = Buffer.alloc(4);
      message.writeUInt32LE(number);
      near.send(message);
    },
    sentAt: () => outstanding?.sentAt ?? Infinity,
    ageMs: (at) => (outstanding === undefined ? 0 : at - outstanding.sentAt),
    stop: () => {
      near.close();
      far.close();
    },
  };
}
