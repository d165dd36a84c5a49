// Whom the diagnosis has to explain: the instances with a called symptom, when it began and ended, and who is calm beside them.
import type { Symptom } from "../model/plan.ts";
import { type Plane, planes } from "../model/plane.ts";
import { peakOfMean } from "../statistics/e-detector.ts";
import { discoveries } from "../statistics/false-discovery.ts";
import type { Facts } from "./facts.ts";
import { type Path, pathOf } from "./paths.ts";
import type { Span } from "./spans.ts";

export interface Impaired {
  readonly path: Path;
  /** The one that began first. */
  readonly symptom: Symptom;
  /** From the onset of the first to the end of the last symptom, where each is loudest. */
  readonly span: Span;
}

export interface Conditions {
  readonly impaired: readonly Impaired[];
  /** A symptom was called, and is no discovery among so many: nobody is named because of them, and they speak for nobody. */
  readonly doubtful: readonly Impaired[];
  readonly calm: readonly Path[];
}

export function conditionsOf(facts: Facts): Conditions {
  const named = discoveredInstances(facts);
  const paths = facts.plan.probes.filter(({ instance }) => named.has(instance)).map((probe) => pathOf(facts.plan.stack, probe));
  const called = paths.flatMap((path) => calledOf(path, facts));
  const isNamed = ({ path }: Impaired): boolean => named.get(path.probe.instance) === true;
  return {
    impaired: called.filter(isNamed),
    doubtful: called.filter((one) => !isNamed(one)),
    calm: paths.filter((path) => !called.some((one) => one.path === path)),
  };
}

/** Each instance with a baseline, and whether it is impaired. Its symptoms share one alpha (the mean of their e-values is one again), and so do all the instances: among a hundred traces at full alpha each, one in ten runs would have an impaired one. */
export function discoveredInstances({ plan, observed, traces, alpha }: Facts): ReadonlyMap<string, boolean> {
  const known = plan.probes.map(({ instance }) => instance).filter((instance) => observed.get(instance)?.baseline);
  const peaks = known.map((instance) => peakOfMean((traces.get(instance) ?? []).map(({ steps }) => steps)));
  const named = discoveries(peaks, alpha);
  return new Map(known.map((instance, index) => [instance, named[index] === true]));
}

function calledOf(path: Path, facts: Facts): readonly Impaired[] {
  const called = (facts.traces.get(path.probe.instance) ?? [])
    .flatMap(({ symptom, called }) => (called ? [{ symptom, ...called }] : []))
    .toSorted((one, other) => one.onsetMs - other.onsetMs);
  const [first] = called;
  return first
    ? [{ path, symptom: first.symptom, span: { from: first.onsetMs, to: Math.max(...called.map(({ window }) => window.to)) } }]
    : [];
}

/** In the order of the planes, whatever the order of the probes. */
export const planesOf = (impaired: readonly Impaired[]): readonly Plane[] =>
  planes.filter((plane) => impaired.some(({ path }) => path.probe.plane === plane));
