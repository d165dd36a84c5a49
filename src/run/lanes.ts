// Live lanes: what arrived in the last quarter of a second, per probe, small enough to be drawn.
import type { Claim } from "../model/plan.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { JournalRecord, Sample } from "../model/record.ts";
import type { LaneBucket } from "./run-end.ts";
import type { RunLog } from "./run-log.ts";

const bucketMs = 250;

export class Lanes {
  readonly #probes: ReadonlyMap<string, ProbeInstance>;
  readonly #log: RunLog;
  readonly #rows = new Map<string, Sample[]>();
  readonly #claims = new Map<string, Claim>();
  #sentMs = 0;

  constructor(probes: readonly ProbeInstance[], log: RunLog) {
    this.#probes = new Map(probes.map((probe) => [probe.instance, probe]));
    this.#log = log;
  }

  add(record: JournalRecord): void {
    if (record.type === "samples") this.#rows.set(record.instance, [...(this.#rows.get(record.instance) ?? []), ...record.rows]);
    const claim = record.type === "claims" ? record.rows.at(-1) : undefined;
    if (record.type === "claims" && claim) this.#claims.set(record.instance, claim[2]);
    const atMs = this.#log.clock.now();
    if (atMs - this.#sentMs < bucketMs) return;
    this.#sentMs = atMs;
    const probes = [...this.#rows].flatMap(([instance, rows]) => bucket(this.#probes.get(instance), rows));
    this.#log.event({ type: "lanes", atMs, probes, signals: [...this.#claims].map(([instance, last]) => ({ instance, claim: last })) });
    this.#rows.clear();
  }
}

function bucket(probe: ProbeInstance | undefined, rows: readonly Sample[]): readonly LaneBucket[] {
  if (!probe) return [];
  const taken = rows.filter(([, , outcome]) => outcome !== "missed");
  const times = taken.map(([, tookMs]) => tookMs).toSorted((one, other) => one - other);
  const good = taken.filter(([, , outcome]) => outcome === "ok").length;
  return [
    {
      plane: probe.plane,
      instance: probe.instance,
      good,
      bad: taken.length - good,
      missed: rows.length - taken.length,
      medianMs: times[Math.floor(times.length / 2)],
      worstMs: times.at(-1),
    },
  ];
}
