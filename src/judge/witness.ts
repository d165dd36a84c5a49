// Did the fault act at the strength that was asked for, and is it gone? Without this no symptom and no calm means anything.
import type { Plan } from "../model/plan.ts";
import type { JournalRecord, WitnessRow } from "../model/record.ts";
import type { WitnessFinding } from "../model/verdict.ts";
import type { Witness } from "../model/witness.ts";
import type { Spans } from "./spans.ts";
import { cpuState } from "./witness-cpu.ts";
import { diskState } from "./witness-disk.ts";
import { disturbanceState } from "./witness-disturbance.ts";
import { lifeState } from "./witness-life.ts";
import { linkState } from "./witness-link.ts";
import { memoryState } from "./witness-memory.ts";
import { packetsState } from "./witness-packets.ts";
import { processState } from "./witness-process.ts";
import { rateState } from "./witness-rate.ts";
import { syncState } from "./witness-sync.ts";
import { type Parts, type Reading, type WitnessState, placeOf } from "./witness-rows.ts";

function partsOf(rows: readonly WitnessRow[], { shot, from, to }: Record<"shot" | "from" | "to", number>): Parts {
  const since = (index: number) => rows[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY;
  return {
    before: rows.filter(([at]) => at < shot),
    during: rows.filter(([at], index) => since(index) >= from && at <= to),
    after: rows.filter((_, index) => since(index) >= to),
    fromMs: from,
    untilMs: to,
  };
}

function readingOf(witness: Witness, parts: Parts, alpha: number): Reading {
  switch (witness.kind) {
    case "packets":
      return packetsState(witness, parts, alpha);
    case "disturbance":
      return disturbanceState(witness, parts, alpha);
    case "disk":
      return diskState(witness, parts);
    case "link":
      return linkState(witness, parts, alpha);
    case "rate":
      return rateState(witness, parts);
    case "sync":
      return syncState(witness, parts);
    case "cpu":
      return cpuState(witness, parts);
    case "memory":
      return memoryState(witness, parts);
    case "process":
      return processState(witness, parts);
    case "life":
      return lifeState(witness, parts);
  }
}

export function witnessStates(plan: Plan, records: readonly JournalRecord[], spans: Spans): readonly (WitnessFinding & WitnessState)[] {
  return plan.witnesses.map((witness) => {
    const rows = records
      .flatMap((record) => (record.type === "witness" && record.witness === witness.id ? record.rows : []))
      .toSorted((one, other) => one[0] - other[0]);
    const acted = witness.changes.flatMap((change) => spans.acted.get(change) ?? []);
    const common = { witness: witness.id, changes: witness.changes };
    if (acted.length < witness.changes.length || acted.length === 0) {
      return {
        ...common,
        acted: false,
        gone: false,
        during: "unseen",
        after: "unseen",
        harm: undefined,
        sentence: `${placeOf(witness)}: nothing was fired`,
      };
    }
    // All changes of one witness together have the asked effect, so it may be expected only while all of them act.
    const from = Math.max(...acted.map((span) => span.from));
    const shot = Math.min(...acted.map((one) => one.shot));
    const undone = acted.flatMap(({ to }) => (to === undefined ? [] : [to]));
    const to = undone.length === acted.length ? Math.max(...undone) : Number.POSITIVE_INFINITY;
    const until = Math.min(to, ...undone);
    const reading = readingOf(
      witness,
      { ...partsOf(rows, { shot, from, to: until }), after: partsOf(rows, { shot, from, to }).after },
      plan.alpha,
    );
    return { ...common, ...reading, acted: reading.during === "acted", gone: reading.after === "gone" };
  });
}
