// The keeper: undoes what is leased when the harness falls silent, ends, or lets a lease run out. It knows no faults, only ops; it has no network and no engine socket.
import { createInterface } from "node:readline";
import type { KeeperRequest } from "../model/keeper-protocol.ts";
import { Ledger, isArmed } from "./ledger.ts";
import { restore } from "./restore.ts";

const retryMs = 1_000;
const attempts = 5;
const host = {
  cgroups: process.env["KEEPER_CGROUPS"] ?? "/cgroup",
  proc: process.env["KEEPER_PROC"] ?? "/proc",
  kill: (pid: number, signal: "SIGCONT" | "SIGTERM" | "SIGKILL") => void process.kill(pid, signal),
};

const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const log = (text: string): void => say({ event: "log", text });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const ledger = new Ledger(process.env["KEEPER_LEDGER"] ?? "/ledger/leases.ndjson");
const timers = new Map<string, NodeJS.Timeout>();
/** Changes whose undo has not worked yet. */
const failed = new Set<string>();
let ending = false;
/** Nobody speaks before the target is healthy. One that was started again has lost its harness: it looks from time to time whether anything is left to do. */
let silence = setTimeout(unheard, ledger.isNew ? Number(process.env["PLANEFAULT_FIRST_WORD_MS"]) : retryMs);

/** True where the lease is closed: the undo is done, or there is nothing left to undo. */
function end(change: string, why: string): boolean {
  const armed = ledger.leases.find((lease) => lease.change.id === change);
  clearTimeout(timers.get(change));
  timers.delete(change);
  if (!armed) return true;
  try {
    log(`${why}: ${change}: ${restore(armed, host, failed.has(change))}`);
    ledger.release(change);
    return true;
  } catch (error) {
    failed.add(change);
    log(`${why}: ${change} could not be undone: ${messageOf(error)}`);
    return false;
  }
}

/** The last lease first. */
const endAll = (why: string): boolean =>
  ledger.leases
    .toReversed()
    .map(({ change }) => end(change.id, why))
    .every(Boolean);

async function finish(why: string): Promise<void> {
  if (ending) return;
  ending = true;
  clearTimeout(silence);
  let clean = endAll(why);
  for (let attempt = 1; !clean && attempt < attempts; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    clean = endAll(why);
  }
  // Exit 5 makes the engine start the keeper again, which replays the ledger. What cannot be read may be a lease.
  process.exit(clean && ledger.isReadable ? 0 : 5);
}

/** What is open is tried again by itself, however long it takes. */
function unheard(): void {
  if (ledger.leases.length > 0) silence.refresh();
  else void finish("nobody speaks");
}

/** A lease that could not be ended is tried again until it can, or the keeper ends. */
function expire(change: string, why = "the lease has ended"): void {
  if (!end(change, why) && !ending)
    timers.set(
      change,
      setTimeout(() => expire(change, why), retryMs),
    );
}

function obey(request: KeeperRequest): unknown {
  switch (request.do) {
    case "hello":
      clearTimeout(silence);
      silence = setTimeout(() => void finish("no heartbeat"), request.silenceMs);
      return { version: 1, open: ledger.leases.length };
    case "ping":
      return undefined;
    case "lease": {
      if (!isArmed(request.armed)) throw new Error("this is no armed change");
      const { id } = request.armed.change;
      ledger.lease(request.armed);
      failed.delete(id);
      clearTimeout(timers.get(id));
      timers.set(
        id,
        setTimeout(() => expire(id), request.forMs),
      );
      return undefined;
    }
    case "release":
      clearTimeout(timers.get(request.change));
      timers.delete(request.change);
      return ledger.release(request.change);
    case "bye":
      return undefined;
    default:
      throw new Error(`unknown command ${JSON.stringify(request satisfies never)}`);
  }
}

function isRequest(value: unknown): value is KeeperRequest {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "number" && "do" in value;
}

function receive(line: string): void {
  silence.refresh();
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (!isRequest(value)) return log(`not a request: ${line.slice(0, 200)}`);
  try {
    const answer = obey(value);
    say({ id: value.id, ok: true, ...(answer === undefined ? {} : { value: answer }) });
  } catch (error) {
    say({ id: value.id, ok: false, error: messageOf(error) });
  }
  if (value.do === "bye") void finish("bye");
}

for (const complaint of ledger.complaints) log(complaint);
// Whoever took these leases spoke to an earlier keeper and is not coming back.
for (const { change } of ledger.leases.toReversed()) expire(change.id, "found at start");
createInterface({ input: process.stdin })
  .on("line", receive)
  .on("close", () => void finish("end of input"));
process.stdout.on("error", () => undefined);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void finish(signal));
