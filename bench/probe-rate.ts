// How many samples per second one vantage keeps, and what they cost: `node bench/probe-rate.ts [rate] [seconds]`. Prints, asserts nothing.
import { fork } from "node:child_process";
import * as http from "node:http";
import { startProbes } from "../src/agent/probe/start-probes.ts";
import type { HttpRequest, Measurement, ProbeInstance } from "../src/model/probe.ts";
import type { JournalRecord, Sample } from "../src/model/record.ts";

const [ratePerSecond = 1_000, seconds = 8] = process.argv
  .slice(2)
  .filter((word) => word !== "serve")
  .map(Number);
const address = "127.0.0.1";

function serve(): void {
  const server = http.createServer((_incoming, answer) =>
    answer.setHeader("content-type", "application/json").end('{"id":1,"name":"item"}'),
  );
  server.listen(0, address, () => {
    const bound = server.address();
    process.send?.(typeof bound === "object" ? bound?.port : undefined);
  });
  process.on("disconnect", () => process.exit(0));
}

async function measure(name: string, measurement: Measurement | undefined): Promise<string> {
  const rows: Sample[] = [];
  const twins: number[] = [];
  const emit = (record: JournalRecord): void => {
    if (record.type === "samples") for (const row of record.rows) rows.push(row);
    if (record.type === "twin") for (const [, loop, echo] of record.rows) twins.push(Math.max(loop, echo));
  };
  const common = { name, component: "app", vantage: "user", plane: "data", tolerance: 0.05, slowFloorMs: 25, deadlineMs: 100 } as const;
  // Ten instances, as a target with replicas has.
  const probes: ProbeInstance[] = measurement
    ? Array.from({ length: 10 }, (_, index) => ({ ...common, instance: `${name}@${index}`, everyMs: 10_000 / ratePerSecond, measurement }))
    : [];
  const processor = process.cpuUsage();
  const running = startProbes(
    { do: "probe", probes, signals: [], addresses: { app: { data: address } }, sshKey: undefined, vantage: "user", seed: 1 },
    { now: () => performance.now(), emit },
  );
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const used = process.cpuUsage(processor);
  await running.stop();
  const share = (outcome: string): string =>
    `${((100 * rows.filter((row) => row[2] === outcome).length) / Math.max(1, rows.length)).toFixed(2)} %`;
  const took = rows
    .filter((row) => row[2] === "ok")
    .map((row) => row[1])
    .toSorted((one, other) => one - other);
  const at = (part: number): string => (took[Math.floor(took.length * part)] ?? NaN).toFixed(2);
  const cores = (used.user + used.system) / (seconds * 1e6);
  return `${name.padEnd(12)} ${(rows.length / seconds).toFixed(0).padStart(5)}/s  missed ${share("missed")}  late ${share("late")}  failed ${share("failed")}  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  processor ${(100 * cores).toFixed(1)} %  worst own lag ${Math.max(0, ...twins).toFixed(1)} ms`;
}

async function main(): Promise<void> {
  const child = fork(import.meta.filename, ["serve"]);
  const port = await new Promise<number>((resolve) => child.once("message", (message) => resolve(Number(message))));
  const request: HttpRequest = {
    endpoint: { component: "app", network: "data", port },
    method: "GET",
    path: "/items/1",
    body: undefined,
    expect: { status: 200, body: { id: 1 } },
  };
  console.log(await measure("twin only", undefined));
  console.log(await measure("http new", { kind: "http", request, connection: "new" }));
  console.log(await measure("http reused", { kind: "http", request, connection: "reused" }));
  console.log(await measure("tcp", { kind: "tcp", endpoint: request.endpoint, expect: undefined }));
  child.disconnect();
}

if (process.argv.includes("serve")) serve();
else await main();
