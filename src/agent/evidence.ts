// Counters beside the probes: they explain a verdict and never prove one. Cumulative where the kernel counts, so a row lost costs nothing.
import { readFileSync } from "node:fs";
import type { Command } from "../model/agent-protocol.ts";
import type { JournalRecord } from "../model/record.ts";
import type { AgentClock } from "./clock.ts";
import { histogramReader } from "./histograms.ts";
import { cgroupMount } from "./host.ts";
import type { Running } from "./session.ts";

type Values = Readonly<Record<string, number>>;

/** Only one reading in so many asks for queues: the kernel walks all its buckets for that, 11 ms each time, in which nobody else has that processor. */
const queuesEvery = 5;

export function startEvidence(
  { component, everyMs, metrics }: Extract<Command, { do: "evidence" }>,
  clock: AgentClock,
  emit: (record: JournalRecord) => void,
): Running {
  const histograms = metrics && histogramReader(metrics, everyMs);
  let readings = 0;
  const take = (): void => {
    const at = clock.now();
    const queues = readings % queuesEvery === 0 ? readQueues() : {};
    readings += 1;
    emit({ type: "evidence", at, component, values: { ...readEvidence(), ...queues, ...histograms?.latest() } });
  };
  take();
  const timer = setInterval(take, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      take();
      histograms?.stop();
    },
  };
}

function readEvidence(): Values {
  return {
    ...pick(parsePairs(read("/proc/net/snmp")), {
      "Tcp.RetransSegs": "tcpRetransmits",
      "Tcp.AttemptFails": "tcpAttemptFails",
      "Tcp.CurrEstab": "tcpEstablished",
    }),
    ...pick(parsePairs(read("/proc/net/netstat")), {
      "TcpExt.ListenOverflows": "listenOverflows",
      "TcpExt.ListenDrops": "listenDrops",
      "TcpExt.TCPTimeouts": "tcpTimeouts",
    }),
    ...parseInterfaces(read("/proc/net/dev")),
    ...readPressure("cpu"),
    ...readPressure("memory"),
    ...readPressure("io"),
    ...parseThrottle(read(`${cgroupMount}/blkio.throttle.io_serviced`)),
    ...parseOperations(read(`${cgroupMount}/io.stat`)),
  };
}

/** Of the component where its cgroup has an account of its own, else of the whole machine. */
const readPressure = (name: string): Values =>
  parsePressure(name, read(`${cgroupMount}/${name}.pressure`) || read(`/proc/pressure/${name}`));

const readQueues = (): Values => parseQueues(`${read("/proc/net/tcp")}${read("/proc/net/tcp6")}`);

/** A kernel without PSI, an agent without a cgroup: what is not there is left out. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Two lines per group: "Tcp: A B" and "Tcp: 1 2". */
export function parsePairs(text: string): Values {
  const lines = text.split("\n");
  const values: Record<string, number> = {};
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [group, ...names] = lines[index]?.split(" ") ?? [];
    const [, ...numbers] = lines[index + 1]?.split(" ") ?? [];
    for (const [at, name] of names.entries()) values[`${(group ?? "").replace(":", "")}.${name}`] = Number(numbers[at]);
  }
  return values;
}

function pick(values: Values, wanted: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(Object.entries(wanted).flatMap(([from, to]) => (values[from] === undefined ? [] : [[to, values[from]]])));
}

/** Drops of each interface but loopback, both ways. */
export function parseInterfaces(text: string): Values {
  const values: Record<string, number> = {};
  for (const line of text.split("\n").slice(2)) {
    const [name, rest] = line.trim().split(/:\s*/u);
    const fields = rest?.split(/\s+/u) ?? [];
    if (name === undefined || name === "" || name === "lo" || fields.length < 16) continue;
    values[`${name}.receiveDrops`] = Number(fields[3]);
    values[`${name}.sendDrops`] = Number(fields[11]);
  }
  return values;
}

/** Bytes that wait in the sockets: not yet acknowledged by the peer, not yet read by the program. */
export function parseQueues(text: string): Values {
  const values = { tcpSendQueueBytes: 0, tcpReceiveQueueBytes: 0 };
  for (const [, state, send, receive] of text.matchAll(/^\s*\d+: \S+ \S+ ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) /gmu)) {
    // A listening socket counts connections there, not bytes.
    if (state === "0A") continue;
    values.tcpSendQueueBytes += Number.parseInt(send ?? "0", 16);
    values.tcpReceiveQueueBytes += Number.parseInt(receive ?? "0", 16);
  }
  return values;
}

/** Microseconds stalled since the start of the machine, or of the component's cgroup. */
export function parsePressure(name: string, text: string): Values {
  return Object.fromEntries(
    [...text.matchAll(/^(some|full) .*total=(\d+)/gmu)].map(([, kind, total]) => [`pressure.${name}.${kind}Us`, Number(total)]),
  );
}

export function parseThrottle(text: string): Values {
  const total = /^Total (\d+)/mu.exec(text)?.[1];
  return total === undefined ? {} : { diskOperations: Number(total) };
}

/** Reads and writes on all disks, as version 2 counts them. */
export function parseOperations(text: string): Values {
  const counts = [...text.matchAll(/\b[rw]ios=(\d+)/gu)].map(([, count]) => Number(count));
  return counts.length === 0 ? {} : { diskOperations: counts.reduce((sum, count) => sum + count, 0) };
}
