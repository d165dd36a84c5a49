// Whom the diagnosis has to explain: the instances with a called symptom, when it began and ended, and who is calm beside them.
import type { Symptom } from "../model/plan.ts";
import { type Plane, planes } from "../model/plane.ts";
import type { Facts } from "./facts.ts";
import { type Path, pathOf } from "./paths.ts";
import type { Span } from "./spans.ts";

export interface Impaired {
  readonly path: Path;
  /** The one that began first. */
  readonly symptom: Symptom;
  /** From the beginning of the first to the end of the last symptom. */
  readonly span: Span;
}

export interface Patients {
  readonly impaired: readonly Impaired[];
  readonly calm: readonly Path[];
}

export function patientsOf(facts: Facts): Patients {
  const paths = facts.plan.probes
    .filter(({ instance }) => facts.observed.get(instance)?.baseline)
    .map((probe) => pathOf(facts.plan.stack, probe));
  const impaired = paths.flatMap((path) => impairedOf(path, facts));
  return { impaired, calm: paths.filter((path) => !impaired.some((one) => one.path === path)) };
}

function impairedOf(path: Path, facts: Facts): readonly Impaired[] {
  const called = (facts.traces.get(path.probe.instance) ?? [])
    .flatMap(({ symptom, called: { window } = {} }) => (window ? [{ symptom, window }] : []))
    .toSorted((one, other) => one.window.from - other.window.from);
  const [first] = called;
  return first
    ? [{ path, symptom: first.symptom, span: { from: first.window.from, to: Math.max(...called.map(({ window }) => window.to)) } }]
    : [];
}

/** In the order of the planes, whatever the order of the probes. */
export const planesOf = (impaired: readonly Impaired[]): readonly Plane[] =>
  planes.filter((plane) => impaired.some(({ path }) => path.probe.plane === plane));
