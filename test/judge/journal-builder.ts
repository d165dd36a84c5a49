// Writes journals for tests: a small etcd-app whose instances behave as a test says. Everything is seeded, so each journal is always the same.
import type { Change } from "../../src/model/op.ts";
import type { Plan, Prediction } from "../../src/model/plan.ts";
import type { ProbeInstance, SignalInstance } from "../../src/model/probe.ts";
import type { ClaimRow, JournalRecord, Sample, WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { barePlan } from "../model/bare-plan.ts";
import { probes, signals, stack } from "./etcd-app.ts";

export type Part = "baseline" | "fault" | "recovery";

/** Times of every journal: fault from 11 s to 31 s, judged to 51 s. */
export const times = { baseline: 1_000, fault: 11_000, undo: 31_000, undone: 31_005, stopped: 51_000 } as const;
export const partAt = (at: number): Part => (at < times.fault ? "baseline" : at < times.undone ? "fault" : "recovery");

const diskChange: Change = {
  id: "c1",
  fault: 0,
  apply: { op: "disk.limit", at: { component: "etcd-1" }, volume: "data", writeIops: 20 },
  undo: { op: "disk.restore", at: { component: "etcd-1" }, volume: "data" },
  holder: "keeper",
  startMs: 0,
  endMs: 20_000,
  leaseMs: 22_000,
};
const diskWitness: Witness = { kind: "disk", id: "w1", changes: ["c1"], at: { component: "etcd-1" }, volume: "data", writeIops: 20 };

export const instancesOf = (plane: ProbeInstance["plane"]): readonly string[] =>
  probes.filter((probe) => probe.plane === plane).map(({ instance }) => instance);

export const puts = ["put-flag@app-1", "put-flag@app-2"];
export const predictions = {
  data: { kind: "unaffected", id: "data unaffected", sentence: "users notice nothing", plane: "data", instances: instancesOf("data") },
  slow: {
    kind: "symptom",
    id: "put-flag slow",
    sentence: "writes become slow, at least 20x, within 5s",
    plane: "control",
    instances: puts,
    symptom: "slow",
    atLeast: 20,
    withinMs: 5_000,
    afterMs: undefined,
    beforeMs: undefined,
  },
  stale: {
    kind: "symptom",
    id: "flag-propagation stale",
    sentence: "changes stop propagating within 5s",
    plane: "control",
    instances: ["flag-propagation"],
    symptom: "stale",
    atLeast: undefined,
    withinMs: 5_000,
    afterMs: undefined,
    beforeMs: undefined,
  },
  management: {
    kind: "unaffected",
    id: "management unaffected",
    sentence: "SSH works",
    plane: "management",
    instances: instancesOf("management"),
  },
  claims: {
    kind: "claims",
    id: "etcd-health claims healthy",
    sentence: "etcd goes on claiming health",
    instances: ["etcd-health@etcd-1"],
    claims: "healthy",
    during: "fault",
    withinMs: undefined,
  },
  recovery: {
    kind: "recovery",
    id: "recovery",
    sentence: "all is well within 15s",
    withinMs: 15_000,
    instances: probes.map(({ instance }) => instance),
  },
  diagnosis: { kind: "diagnosis", id: "diagnosis", sentence: "the root is etcd on the control plane", root: "control", component: "etcd" },
} as const satisfies Record<string, Prediction>;

export const diskPressure: Plan = {
  ...barePlan(stack),
  title: "etcd's disks crawl; users notice nothing",
  file: "experiments/etcd-app/disk-pressure.yaml",
  phases: { baselineMs: 10_000, faultMs: 20_000, recoveryMs: 20_000 },
  faults: [{ kind: "disk.throttle", sentence: "etcd writes at most 20 times a second" }],
  changes: [diskChange],
  witnesses: [diskWitness],
  probes,
  signals,
  predictions: Object.values(predictions),
};

export const noopPlan: Plan = {
  ...diskPressure,
  title: "nothing is broken",
  faults: [{ kind: "noop", sentence: "nothing is done" }],
  changes: [],
  witnesses: [],
};

export type Behaviour = (
  probe: ProbeInstance,
  at: number,
  random: () => number,
) => readonly [tookMs: number, outcome: Sample[2]] | undefined;

export const calm: Behaviour = (probe, _, random) => [probe.measurement.kind === "tcp" ? 1 + random() : 4 + 6 * random(), "ok"];

/** Writes take 1.3 s while the disk is slow, and so do changes. */
export const crawlingWrites: Behaviour = (probe, at, random) => {
  if (partAt(at) !== "fault" || probe.plane !== "control") return calm(probe, at, random);
  return [1_000 + 600 * random(), "ok"];
};

export interface Script {
  readonly plan?: Plan;
  readonly behaviour?: Behaviour;
  readonly claim?: (signal: SignalInstance, at: number) => ClaimRow[2];
  /** Milliseconds until a signal answers; by default as slowly during the fault as etcd does while its disk crawls. */
  readonly claimMs?: (signal: SignalInstance, at: number) => number;
  /** What a witness measures; `undefined`: no row. */
  readonly witness?: (witness: Witness, at: number) => WitnessRow[1] | undefined;
  /** 1000 by default. */
  readonly witnessEveryMs?: number;
  /** Changes the finished journal. */
  readonly edit?: (record: JournalRecord) => JournalRecord | undefined;
}

export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** As a throttled disk looks. */
export const throttled = (witness: Witness, at: number): WitnessRow[1] => {
  const inFault = partAt(at) === "fault";
  const secondsIn = Math.max(0, Math.min(at, times.undone) - times.fault) / 1_000;
  const secondsOut = Math.max(0, at - secondsIn * 1_000 - times.baseline) / 1_000;
  return witness.kind === "disk" ? { writeMs: inFault ? 900 : 8, bystanderMs: 7, ios: Math.round(20 * secondsIn + 90 * secondsOut) } : {};
};

export function journal(script: Script = {}): readonly JournalRecord[] {
  const plan = script.plan ?? diskPressure;
  const random = seeded(42);
  const phase = (name: "baseline" | "fire" | "hold" | "undo" | "recover" | "audit", from: number, to: number): readonly JournalRecord[] => [
    { type: "phase", at: from, phase: name, edge: "begin" },
    { type: "phase", at: to, phase: name, edge: "end" },
  ];
  const instants = (everyMs: number) =>
    Array.from({ length: Math.floor((times.stopped - times.baseline) / everyMs) }, (_, index) => times.baseline + index * everyMs);
  const samples = plan.probes.map((probe): JournalRecord => {
    const rows = instants(probe.everyMs).flatMap((at): readonly Sample[] => {
      const seen = (script.behaviour ?? crawlingWrites)(probe, at, random);
      return seen ? [[at, seen[0], seen[1]]] : [];
    });
    return { type: "samples", at: times.stopped, instance: probe.instance, rows };
  });
  const claims = plan.signals.map((signal): JournalRecord => ({
    type: "claims",
    at: times.stopped,
    instance: signal.instance,
    rows: instants(signal.everyMs).map((at) => [
      at,
      (script.claimMs ?? ((_, asked) => (partAt(asked) === "fault" ? 300 : 3)))(signal, at),
      (script.claim ?? (() => "healthy"))(signal, at),
    ]),
  }));
  const witnesses = plan.witnesses.map((witness): JournalRecord => {
    const rows = instants(script.witnessEveryMs ?? 1_000).flatMap((at): readonly WitnessRow[] => {
      const measured = (script.witness ?? throttled)(witness, at);
      return measured ? [[at, measured]] : [];
    });
    return { type: "witness", at: times.stopped, witness: witness.id, rows };
  });
  const records: readonly JournalRecord[] = [
    { type: "run", at: 0, version: 1, run: "r1", seed: 42, world: "sim", startedAt: "2026-01-01T00:00:00.000Z", plan },
    { type: "digest", at: 500, when: "before", digest: { "etcd-1/limits": "none" } },
    ...phase("baseline", times.baseline, 10_900),
    ...phase("fire", 10_900, 11_010),
    ...plan.changes.map((change): JournalRecord => ({
      type: "fired",
      at: 11_005,
      change: change.id,
      scheduledAt: times.fault,
      doneAt: times.fault + change.startMs,
      answer: "done",
    })),
    ...phase("hold", plan.changes.length === 0 ? times.fault : 11_010, times.undo),
    ...phase("undo", times.undo, times.undone + 2),
    ...plan.changes.map((change): JournalRecord => ({
      type: "undone",
      at: times.undone,
      change: change.id,
      doneAt: times.undone,
      answer: "done",
    })),
    ...phase("recover", times.undone + 2, times.stopped),
    ...samples,
    ...claims,
    ...witnesses,
    ...phase("audit", times.stopped, times.stopped + 100),
    { type: "digest", at: times.stopped + 90, when: "after", digest: { "etcd-1/limits": "none" } },
    { type: "end", at: times.stopped + 200 },
  ];
  return records.flatMap((record) => (script.edit === undefined ? [record] : (script.edit(record) ?? [])));
}
