// Where the trouble comes from, read blind: from samples, edges and signals alone, as a responder would have to. It never sees the fault, the predictions or what names mean.
// One cause is preferred to two, and two are named only where each explains a plane by itself and would be believed alone. Else it abstains and says why.
import type { Root } from "../model/plan.ts";
import type { Diagnosis } from "../model/verdict.ts";
import { causesOf } from "./causes.ts";
import type { Facts } from "./facts.ts";
import { seconds } from "./finding.ts";
import { type Patients, patientsOf, planesOf } from "./impaired.ts";
import { signalFindings } from "./signal-findings.ts";
import { disturbed } from "./slow-machine.ts";
import { isAnsweredByProgram } from "./paths.ts";

export function diagnose(facts: Facts): Diagnosis {
  const patients = patientsOf(facts);
  const { impaired, calm } = patients;
  const signals = signalRows(facts);
  if (impaired.length + calm.length === 0) return { roots: [], abstained: "no instance was seen before and after", rows: signals };
  if (impaired.length === 0)
    return { roots: [], abstained: undefined, rows: [`none of ${calm.length} instances shows a symptom`, ...signals] };
  const { roots, abstained, rows } = conclude(facts, patients);
  const seen = impaired.map(
    ({ path: { probe }, symptom, span }) => `${probe.instance} (${probe.plane}) ${symptom} from ${seconds(span.from)}`,
  );
  return { roots, abstained, rows: [...seen, ...rows, ...signals] };
}

/** All of one plane have one cause. Else requests are explained by themselves and banners by themselves, since different processes answer them; more than two roots are none. */
function conclude(facts: Facts, { impaired, calm }: Patients): Diagnosis {
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

function signalRows(facts: Facts): readonly string[] {
  return signalFindings(facts).flatMap(({ instance, claims, falseGreenMs }) => {
    if (falseGreenMs > 0) return [`${instance} claims health for ${seconds(falseGreenMs)} meanwhile, which proves nothing`];
    return claims.unhealthy + claims.silent > claims.healthy ? [`${instance} says so too`] : [];
  });
}
