// Where the trouble comes from, read blind: from samples, edges and signals alone, as a responder would have to. It never sees the fault, the predictions or what names mean.
// One cause is preferred to two, and two are named only where each explains a plane by itself and would be believed alone. Else it abstains and says why.
import type { Root } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import { causesOf } from "./causes.ts";
import type { Facts } from "./facts.ts";
import { seconds } from "./finding.ts";
import { type Impaired, type Conditions, conditionsOf, planesOf } from "./impaired.ts";
import { signalFindings } from "./signal-findings.ts";
import { disturbed } from "./slow-machine.ts";
import { type Path, isAnsweredByProgram } from "./paths.ts";
import { isFaultReached } from "./spans.ts";

export function diagnose(facts: Facts): Diagnosis {
  if (!isFaultReached(facts.records)) return { roots: [], abstained: "nothing was seen, since the run ended before its fault", rows: [] };
  const conditions = conditionsOf(facts);
  const { impaired, doubtful, calm } = conditions;
  const known = impaired.length + doubtful.length + calm.length;
  const signals = [...doubtRows(doubtful, known), ...signalRows(facts)];
  if (known === 0) return { roots: [], abstained: "no instance was seen before and after", rows: signals };
  if (impaired.length === 0) return { roots: [], abstained: undefined, rows: [`none of ${known} instances shows a symptom`, ...signals] };
  const { roots, abstained, rows } = agreed(facts, conditions);
  const seen = impaired.map(
    ({ path: { probe }, symptom, span }) => `${probe.instance} (${probe.plane}) ${symptom} from ${seconds(span.from)}`,
  );
  return { roots, abstained, rows: [...seen, ...rows, ...signals] };
}

const planesIn = ({ roots }: Diagnosis): string => roots.map(({ root }) => root).join(", ");

/** What is in doubt names nobody; but a plane that it would change is a guess, and a component that it would change is not named. */
function agreed(facts: Facts, { impaired, doubtful, calm }: Conditions): Diagnosis {
  const sure = conclude(facts, impaired, calm);
  if (doubtful.length === 0 || sure.abstained !== undefined) return sure;
  const other = conclude(facts, [...impaired, ...doubtful], calm);
  const instances = doubtful.map(({ path }) => path.probe.instance).join(", ");
  if (planesIn(sure) !== planesIn(other))
    return {
      ...sure,
      roots: [],
      abstained: `${planesIn(sure)} is impaired, and whether ${instances} is too would decide where it began`,
    };
  const isShared = (one: Root): boolean => other.roots.some(({ root, component }) => root === one.root && component === one.component);
  return { ...sure, roots: sure.roots.map((one) => (isShared(one) ? one : { ...one, component: undefined })) };
}

/** All of one plane have one cause. Else requests are explained by themselves and banners by themselves, since different processes answer them; more than two roots are none. */
function conclude(facts: Facts, impaired: readonly Impaired[], calm: readonly Path[]): Diagnosis {
  const planes = planesOf(impaired).join(", ");
  const parts =
    planesOf(impaired).length === 1
      ? [impaired]
      : [true, false]
          .map((sort) => impaired.filter(({ path }) => isAnsweredByProgram(path.probe) === sort))
          .filter((part) => part.length > 0);
  const causes = causesOf(facts, parts, calm);
  const rows = causes.flatMap((cause) => cause.rows);
  const abstain = (why: string): Diagnosis => ({ roots: [], abstained: `the planes ${planes} are impaired, and ${why}`, rows });
  const doubt = causes.flatMap(({ doubt: one }) => one ?? [])[0];
  if (doubt !== undefined) return abstain(doubt);
  const named = causes.flatMap((cause) => cause.roots);
  const roots = planesOf(impaired).flatMap((root): readonly Root[] => {
    const components = [...new Set(named.filter((one) => one.root === root).map(({ component }) => component))];
    // Banners and requests of one plane: what one of them leaves open is open.
    return components.includes(undefined) ? [{ root, component: undefined }] : components.map((component) => ({ root, component }));
  });
  if (roots.length > 2 || new Set(roots.map(({ root }) => root)).size < roots.length)
    return abstain("they have more than one cause each, or more than two together");
  const [slow] = roots.length > 1 ? disturbed(facts) : [];
  return slow === undefined ? { roots, abstained: undefined, rows } : abstain(slow);
}

const doubtRows = (doubtful: readonly Impaired[], known: number): readonly string[] =>
  doubtful.map(
    ({ path: { probe }, symptom }) =>
      `${probe.instance} (${probe.plane}) may be ${symptom}, too weakly to be named among ${known} instances`,
  );

function signalRows(facts: Facts): readonly string[] {
  return signalFindings(facts).flatMap(({ instance, claims, wasWell, falseGreenMs, lieAbout }) => {
    const said = claims.healthy + claims.unhealthy + claims.silent;
    if (!wasWell) return said === 0 ? [] : [`${instance} was not well before the fault either, so it is not listened to`];
    if (falseGreenMs > 0)
      return [`${instance} claims health for ${seconds(falseGreenMs)} while the ${lieAbout} plane is impaired, which proves nothing`];
    return claims.unhealthy + claims.silent > claims.healthy ? [`${instance} says so too`] : [];
  });
}
