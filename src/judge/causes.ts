// From explanations to causes: one for all that a part shows, one per plane where there is no such one, or a doubt.
import type { Root } from "../model/plan.ts";
import { type Explanation, explain, type Ground } from "./explanation.ts";
import type { Facts } from "./facts.ts";
import { type Impaired, planesOf } from "./impaired.ts";
import { signsOf } from "./own-signals.ts";
import type { Path } from "./paths.ts";
import { notPulledBy } from "./pulled-along.ts";

export interface Cause {
  readonly roots: readonly Root[];
  /** Why nothing is named. */
  readonly doubt: string | undefined;
  readonly rows: readonly string[];
}

/** What is not heard over a way that is itself in trouble speaks against nobody, so ways are looked for first. */
export function causesOf(facts: Facts, parts: readonly (readonly Impaired[])[], calm: readonly Path[]): readonly Cause[] {
  const ground: Ground = { stack: facts.plan.stack, signs: (question) => signsOf(facts, question) };
  const ways = parts
    .flatMap((part) => [part, ...perPlane(part)])
    .flatMap((part) => explain(ground, part, calm).blamed ?? [])
    .flatMap(({ kind, name }) => (kind === "way" ? [name] : []));
  return parts.map((part) => causeOf(facts, part, (impaired) => explain(ground, impaired, calm, ways)));
}

const perPlane = (part: readonly Impaired[]): readonly (readonly Impaired[])[] =>
  planesOf(part).map((plane) => part.filter(({ path }) => path.probe.plane === plane));

const named = ({ planes, component }: Explanation): readonly Root[] => planes.map((root) => ({ root, component }));

function causeOf(facts: Facts, part: readonly Impaired[], explained: (impaired: readonly Impaired[]) => Explanation): Cause {
  const one = explained(part);
  const doubt = (why: string): Cause => ({ roots: [], doubt: why, rows: one.rows });
  const [root, ...others] = one.planes;
  if (root === undefined || planesOf(part).length === 1) return { roots: named(one), doubt: undefined, rows: one.rows };
  if (!one.blamed) {
    const each = perPlane(part).map(explained);
    return each.every(({ blamed }) => blamed)
      ? { roots: each.flatMap(named), doubt: undefined, rows: ["no single cause explains them", ...each.flatMap(({ rows }) => rows)] }
      : doubt("no single component and no way lies on all their paths");
  }
  const isWhole = one.planes.length === planesOf(part).length;
  // Several planes that reach it over networks of their own: none pulled the other along, all begin there.
  if (others.length > 0)
    return one.isCertain && isWhole
      ? { roots: named(one), doubt: undefined, rows: one.rows }
      : doubt("nothing tells which one pulled the others along");
  const free = notPulledBy(facts, root, part);
  return free === undefined ? { roots: named(one), doubt: undefined, rows: one.rows } : doubt(free);
}
