// Where the trouble comes from, read blind: from samples, edges and signals alone, as a responder would have to. It never sees the fault, the predictions or what names mean.
import type { Plane } from "../model/plane.ts";
import type { Symptom } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import type { Facts } from "./facts.ts";
import { seconds } from "./finding.ts";
import { type Path, pathOf } from "./paths.ts";
import { signalFindings } from "./predict-claims.ts";
import { type Suspect, byBlame, hopsTo, planeOfNetwork, suspectsOf } from "./suspects.ts";
import type { Trace } from "./symptoms.ts";

interface Impaired {
  readonly path: Path;
  readonly symptom: Symptom;
  readonly fromMs: number;
}

export function diagnose(facts: Facts): Diagnosis {
  const { stack, probes } = facts.plan;
  const paths = probes.filter(({ instance }) => facts.observed.get(instance)?.baseline).map((probe) => pathOf(stack, probe));
  const impaired = paths.flatMap((path) => impairedOf(path, facts.traces.get(path.probe.instance) ?? []));
  const signals = signalRows(facts);
  if (paths.length === 0)
    return { root: undefined, component: undefined, abstained: "no instance was seen before and after", rows: signals };
  if (impaired.length === 0)
    return {
      root: "none",
      component: undefined,
      abstained: undefined,
      rows: [`none of ${paths.length} instances shows a symptom`, ...signals],
    };
  const hit = impaired.map(({ path }) => path);
  const suspects = suspectsOf(
    stack,
    hit,
    paths.filter((path) => !hit.includes(path)),
  );
  const [blamed, ...rivals] = suspects
    .filter((suspect) => suspect.explained.length === hit.length && isCredible(suspect))
    .toSorted(byBlame);
  const rows = [
    ...impaired.map(({ path, symptom, fromMs }) => `${path.probe.instance} (${path.probe.plane}) ${symptom} from ${seconds(fromMs)}`),
    ...whyRows(blamed, rivals, hit.length),
    ...signals,
  ];
  const [root, ...others] = rootPlanes(hit, blamed, paths);
  if (root === undefined || others.length > 0)
    return {
      root: undefined,
      component: undefined,
      abstained: `the planes ${[root, ...others].join(", ")} are impaired and nothing tells which one pulled the others along`,
      rows,
    };
  return {
    root,
    component: blamed?.kind === "component" && equalTo(blamed, rivals).length === 0 ? blamed.name : undefined,
    abstained: undefined,
    rows,
  };
}

function impairedOf(path: Path, traces: readonly Trace[]): readonly Impaired[] {
  const first = traces
    .flatMap(({ symptom, called }) => (called ? [{ path, symptom, fromMs: called.window.from }] : []))
    .toSorted((one, other) => one.fromMs - other.fromMs)[0];
  return first ? [first] : [];
}

/** Whoever answers half as many others well is not what is broken, though it lies on all the paths. */
const isCredible = ({ explained, exonerating }: Suspect): boolean => 2 * exonerating < explained.length;

const equalTo = (blamed: Suspect, rivals: readonly Suspect[]): readonly Suspect[] => rivals.filter((rival) => byBlame(blamed, rival) === 0);

function whyRows(blamed: Suspect | undefined, rivals: readonly Suspect[], impaired: number): readonly string[] {
  if (!blamed) return ["no single component and no way lies on all their paths"];
  const equal = equalTo(blamed, rivals);
  if (equal.length > 0) return [`${[blamed, ...equal].map(({ name }) => name).join(" and ")} explain it equally well`];
  const acquitted = rivals
    .filter((rival) => rival.exonerating > blamed.exonerating)
    .map(({ name, exonerating }) => `${name} (${exonerating} calm)`);
  return [
    `${blamed.name} lies on the path of all ${impaired} impaired instances; ${blamed.exonerating} that depend on it stay calm${blamed.decoupled > 0 ? `, and ${blamed.decoupled} that reach it from another plane` : ""}`,
    ...(acquitted.length > 0 ? [`calm instances speak for ${acquitted.join(", ")}`] : []),
  ];
}

const planesOf = (paths: readonly Path[]): readonly Plane[] => [...new Set(paths.map(({ probe }) => probe.plane))];

/** One plane where all impaired instances are of one. Else the plane of those nearest to what is blamed, and among these that of the network through which they reach it. */
function rootPlanes(hit: readonly Path[], blamed: Suspect | undefined, paths: readonly Path[]): readonly Plane[] {
  if (planesOf(hit).length === 1 || blamed?.kind !== "component") return planesOf(hit);
  const nearest = Math.min(...hit.map((path) => hopsTo(path, blamed.members)));
  const closest = hit.filter((path) => hopsTo(path, blamed.members) === nearest);
  if (planesOf(closest).length === 1) return planesOf(closest);
  const through = new Set(
    closest.flatMap((path) => blamed.members.flatMap((member) => planeOfNetwork(path.reach.get(member)?.network ?? "", paths) ?? [])),
  );
  const agreed = planesOf(closest).filter((plane) => through.has(plane));
  return agreed.length > 0 ? agreed : planesOf(closest);
}

function signalRows(facts: Facts): readonly string[] {
  return signalFindings(facts).flatMap(({ instance, claims, falseGreenMs }) => {
    if (falseGreenMs > 0) return [`${instance} claims health for ${seconds(falseGreenMs)} meanwhile, which proves nothing`];
    return claims.unhealthy + claims.silent > claims.healthy ? [`${instance} says so too`] : [];
  });
}
