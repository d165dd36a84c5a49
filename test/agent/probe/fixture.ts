// A vantage on the loopback for the tests of probes: local servers, and one run of `startProbes` whose rows are waited for.
import * as dgram from "node:dgram";
import * as http from "node:http";
import * as net from "node:net";
import { startProbes } from "../../../src/agent/probe/start-probes.ts";
import type { ProbeCommand } from "../../../src/agent/probe/start-probes.ts";
import type { HttpRequest, Measurement, ProbeInstance } from "../../../src/model/probe.ts";
import type { ClaimRow, JournalRecord, Sample } from "../../../src/model/record.ts";

const loopback = "127.0.0.1";

export interface Served extends AsyncDisposable {
  readonly port: number;
  /** Connections that were accepted so far. */
  readonly connections: () => number;
}

export async function listen(server: net.Server): Promise<Served> {
  let accepted = 0;
  const open = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, loopback, listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    connections: () => accepted,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of open) socket.destroy();
      await closed.promise;
    },
  };
}

export const serveHttp = (handler: http.RequestListener): Promise<Served> => listen(http.createServer(handler));

export interface Bound extends AsyncDisposable {
  readonly port: number;
}

export async function serveUdp(handler: (message: Buffer, answer: (text: string | Buffer) => void, port: number) => void): Promise<Bound> {
  const socket = dgram.createSocket("udp4");
  let open = true;
  socket.on("message", (message, from) =>
    handler(
      message,
      (text) => {
        if (open) socket.send(text, from.port, from.address, () => undefined);
      },
      from.port,
    ),
  );
  const bound = Promise.withResolvers<void>();
  socket.bind(0, loopback, bound.resolve);
  await bound.promise;
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: async () => {
      open = false;
      const closed = Promise.withResolvers<void>();
      socket.close(closed.resolve);
      await closed.promise;
    },
  };
}

export const request = (port: number, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  endpoint: { component: "app", network: "data", port },
  method: "GET",
  path: "/",
  body: undefined,
  expect: { status: undefined, body: undefined },
  ...changes,
});

export const http1 = (port: number, changes: Partial<HttpRequest> = {}, connection: "new" | "reused" = "new"): Measurement => ({
  kind: "http",
  request: request(port, changes),
  connection,
});

export const probe = (measurement: Measurement, changes: Partial<ProbeInstance> = {}): ProbeInstance => ({
  instance: "item-read",
  name: "item-read",
  component: "app",
  vantage: "user",
  everyMs: 10,
  // A fifth of it must stand the stalls of a busy machine, else samples are missed.
  deadlineMs: 500,
  plane: "data",
  tolerance: 0.05,
  slowFloorMs: 25,
  measurement,
  ...changes,
});

export const commandOf = (probes: readonly ProbeInstance[], changes: Partial<ProbeCommand> = {}): ProbeCommand => ({
  do: "probe",
  probes,
  signals: [],
  addresses: { app: { data: loopback } },
  sshKey: undefined,
  vantage: "user",
  seed: 1,
  ...changes,
});

export interface Observed {
  readonly records: readonly JournalRecord[];
  readonly rows: (instance?: string) => readonly Sample[];
  readonly claims: (instance: string) => readonly ClaimRow[];
}

/** Runs the command until `enough` rows are there; stops it and returns what was recorded. */
export async function observe(command: ProbeCommand, enough: (observed: Observed) => boolean, limitMs = 8_000): Promise<Observed> {
  const records: JournalRecord[] = [];
  const origin = performance.now();
  const observed: Observed = {
    records,
    rows: (instance = "item-read") =>
      records.flatMap((record) => (record.type === "samples" && record.instance === instance ? record.rows : [])),
    claims: (instance) => records.flatMap((record) => (record.type === "claims" && record.instance === instance ? record.rows : [])),
  };
  const done = Promise.withResolvers<void>();
  const emit = (record: JournalRecord): void => {
    records.push(record);
    if (enough(observed)) done.resolve();
  };
  const running = startProbes(command, { now: () => performance.now() - origin, emit });
  const limit = setTimeout(
    () => done.reject(new Error(`not enough rows within ${limitMs} ms: ${JSON.stringify(records).slice(0, 2_000)}`)),
    limitMs,
  );
  try {
    await done.promise;
  } finally {
    clearTimeout(limit);
    await running.stop();
  }
  return observed;
}

export const counts = (rows: readonly (Sample | ClaimRow)[]): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(Object.groupBy(rows, (row) => row[2])).map(([word, group]) => [word, group?.length ?? 0]));
