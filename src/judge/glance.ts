// What a short look at a running target says, with nothing to compare with: only facts count that need no baseline (answers, failures, missed deadlines, wrong answers).
// What would need one is "cannot tell", never a guess.
import { formatDuration } from "../model/duration.ts";
import type { Claim } from "../model/plan.ts";
import { type Plane, planes } from "../model/plane.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { ClaimRow, JournalRecord, Sample } from "../model/record.ts";
import type { Stack } from "../model/stack.ts";
import type { Diagnosis } from "../model/verdict.ts";
import { ascending, median } from "../statistics/quantile-bound.ts";
import { answersFor } from "./answers-for.ts";
import { explain } from "./explanation.ts";
import { type Impaired, planesOf } from "./impaired.ts";
import { type Path, pathOf } from "./paths.ts";

export type Answer = "yes" | "partly" | "no" | "cannot tell";

export interface Look {
  readonly stack: Stack;
  /** As the target declares them. */
  readonly probes: readonly ProbeInstance[];
  readonly signals: readonly SignalInstance[];
  readonly records: readonly JournalRecord[];
  /** How long an answer was waited for where a deadline allows more. */
  readonly patienceMs: number;
  /** Heartbeats were only watched: their times say how often somebody writes. */
  readonly watchOnly: boolean;
}

export interface InstanceGlance {
  readonly instance: string;
  readonly answer: Answer;
  readonly ok: number;
  /** Without what the prober itself missed. */
  readonly samples: number;
  readonly medianMs: number | undefined;
  /** One bad sample, which nothing bears out: an accident or an outage, who knows? The answer is "cannot tell". */
  readonly unclear: boolean;
  /** Why it is not "yes": the first error's word, or what cannot be told. */
  readonly why: string | undefined;
}

export interface PlaneGlance {
  readonly plane: Plane;
  readonly answer: Answer;
  readonly instances: readonly InstanceGlance[];
}

export interface SignalGlance {
  readonly instance: string;
  readonly claims: Readonly<Record<Claim, number>>;
  /** The newest one. */
  readonly claim: Claim | undefined;
  /** The impaired planes of which it claims health; none where it does not lie. */
  readonly lieAbout: readonly Plane[];
}

export interface Glance {
  readonly planes: readonly PlaneGlance[];
  readonly signals: readonly SignalGlance[];
  /** Undefined where no plane is impaired. */
  readonly diagnosis: Diagnosis | undefined;
}

const isImpaired = ({ answer }: { readonly answer: Answer }): boolean => answer === "no" || answer === "partly";

export function glance(look: Look): Glance {
  const { stack, probes, signals } = look;
  const samples = rowsBy<Sample>(look.records.filter((record) => record.type === "samples"));
  const claims = rowsBy<ClaimRow>(look.records.filter((record) => record.type === "claims"));
  const counted = probes.map((probe) => count(probe, samples.get(probe.instance) ?? [], look));
  const seen = counted.map((one) => ({ probe: one.probe, glance: instanceGlance(one, isBorneOut(one, counted), look) }));
  const perPlane = planes.map((plane): PlaneGlance => {
    const instances = seen.filter(({ probe }) => probe.plane === plane).map((one) => one.glance);
    return { plane, answer: together(instances), instances };
  });
  const decided = seen.filter((one) => one.glance.answer !== "cannot tell").map((one) => ({ ...one, path: pathOf(stack, one.probe) }));
  const impaired = decided.filter((one) => isImpaired(one.glance)).map(({ path }) => path);
  const known = decided.map(({ path }) => path);
  return {
    planes: perPlane,
    signals: signals.map((signal) => {
      const own = answersFor(stack, signal, known, (path) => impaired.includes(path)).map(({ probe }) => probe.plane);
      return signalGlance(signal, claims.get(signal.instance) ?? [], look.patienceMs, own);
    }),
    diagnosis:
      impaired.length === 0
        ? undefined
        : blame(
            stack,
            impaired,
            decided.flatMap(({ path }) => (impaired.includes(path) ? [] : [path])),
          ),
  };
}

/** When something began nobody knows here, so one cause is named or none. */
function blame(stack: Stack, paths: readonly Path[], calm: readonly Path[]): Diagnosis {
  const impaired = paths.map((path): Impaired => ({ path, symptom: "failing", span: { from: 0, to: 0 } }));
  const { planes: began, isCertain, blamed, component, rows } = explain({ stack, signs: () => [] }, impaired, calm);
  if (isCertain && began.length <= 2) return { roots: began.map((root) => ({ root, component })), abstained: undefined, rows };
  const why = blamed === undefined ? "no single cause explains them" : "nothing tells which one pulled the others along";
  return { roots: [], abstained: `the planes ${planesOf(impaired).join(", ")} are impaired, and ${why}`, rows };
}

function rowsBy<Row>(
  batches: readonly { readonly instance: string; readonly rows: readonly Row[] }[],
): ReadonlyMap<string, readonly Row[]> {
  return new Map(
    [...Map.groupBy(batches, ({ instance }) => instance)].map(([instance, own]) => [instance, own.flatMap(({ rows }) => rows)]),
  );
}

function together(instances: readonly InstanceGlance[]): Answer {
  if (instances.length === 0) return "cannot tell";
  if (instances.every(({ answer }) => answer === "no")) return "no";
  if (instances.some(isImpaired)) return "partly";
  return instances.every(({ answer }) => answer === "yes") ? "yes" : "cannot tell";
}

interface Counted {
  readonly probe: ProbeInstance;
  readonly rows: readonly Sample[];
  readonly taken: readonly Sample[];
  readonly good: readonly Sample[];
  /** Without those that may still be answered. */
  readonly bad: readonly Sample[];
  /** All may still be answered, and all have waited many times longer than the slowest good answer may take. */
  readonly hangs: boolean;
}

/** A write that takes 10 ms and may take 8 s has not come after 1.5 s: whoever asks at night wants that called "no". */
const hangFactor = 5;

function count(probe: ProbeInstance, rows: readonly Sample[], { patienceMs }: Look): Counted {
  const taken = rows.filter(([, , outcome]) => outcome !== "missed");
  const isPending = (row: Sample): boolean => row[2] === "late" && probe.deadlineMs > patienceMs;
  const hangs = taken.length > 0 && taken.every(isPending) && patienceMs >= hangFactor * probe.slowFloorMs;
  return {
    probe,
    rows,
    taken,
    good: taken.filter(([, , outcome]) => outcome === "ok"),
    bad: hangs ? taken : taken.filter((row) => row[2] !== "ok" && !isPending(row)),
    hangs,
  };
}

/** More than the target tolerates. */
const isImpairedAlone = ({ probe, taken, bad }: Counted): boolean => bad.length > probe.tolerance * taken.length;

/** One bad sample is what a busy machine gives now and then; two of one probe, or of two probes at one component, are hardly an accident. */
const isBorneOut = ({ probe, bad }: Counted, all: readonly Counted[]): boolean =>
  bad.length > 1 || all.some((other) => other.probe !== probe && other.probe.component === probe.component && isImpairedAlone(other));

function instanceGlance(counted: Counted, borneOut: boolean, look: Look): InstanceGlance {
  const { probe, rows, taken, good, bad, hangs } = counted;
  const medianMs = median(ascending(good.map(([, tookMs]) => tookMs)));
  const base = { instance: probe.instance, ok: good.length, samples: taken.length, medianMs, unclear: false };
  const [waited, allowed] = [formatDuration(look.patienceMs), formatDuration(probe.deadlineMs)];
  const [first] = bad;
  if (first && isImpairedAlone(counted)) {
    const error = hangs ? `nothing within ${waited}, though ${allowed} are allowed` : (first[3] ?? first[2]);
    if (!borneOut) return { ...base, answer: "cannot tell", unclear: true, why: `unclear: ${bad.length} of ${taken.length} bad, ${error}` };
    return { ...base, answer: good.length === 0 ? "no" : "partly", why: error };
  }
  if (taken.length === 0) return { ...base, answer: "cannot tell", why: rows[0]?.[3] ?? "no sample" };
  if (good.length + bad.length < taken.length)
    return { ...base, answer: "cannot tell", why: `no answer within ${waited}, and ${allowed} are allowed` };
  const measured = !(look.watchOnly && probe.measurement.kind === "heartbeat");
  if (measured && medianMs !== undefined && medianMs > probe.slowFloorMs)
    return { ...base, answer: "cannot tell", why: `perhaps slow: over ${formatDuration(probe.slowFloorMs)}, and there is no baseline` };
  return { ...base, answer: "yes", why: undefined };
}

function signalGlance(signal: SignalInstance, rows: readonly ClaimRow[], patienceMs: number, impaired: readonly Plane[]): SignalGlance {
  // Who may take longer than we waited is not silent yet.
  const known = rows.filter(([, , claim]) => claim !== "silent" || signal.deadlineMs <= patienceMs);
  const claims = { healthy: 0, unhealthy: 0, silent: 0 };
  for (const [, , claim] of known) claims[claim] += 1;
  const claim = known.toSorted((one, other) => one[0] + one[1] - other[0] - other[1]).at(-1)?.[2];
  return {
    instance: signal.instance,
    claims,
    claim,
    lieAbout: claim === "healthy" ? planes.filter((plane) => impaired.includes(plane)) : [],
  };
}
