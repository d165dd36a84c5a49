// One cause for a set of impaired instances: who is blamed, who explains it as well, and on which plane it began.
import type { Plane } from "../model/plane.ts";
import type { Stack } from "../model/stack.ts";
import { type Impaired, planesOf } from "./impaired.ts";
import type { Listening } from "./own-signals.ts";
import type { Path } from "./paths.ts";
import { type Suspect, byBlame, hopsTo, planeOfNetwork, suspectsOf } from "./suspects.ts";

export interface Explanation {
  /** Undefined: no suspect explains all of them and is credible. */
  readonly blamed: Suspect | undefined;
  /** More than one: each begins there, if certain; else nothing tells which of them pulled the others along. */
  readonly planes: readonly Plane[];
  readonly isCertain: boolean;
  readonly component: string | undefined;
  readonly rows: readonly string[];
}

/** What an explanation rests on beside the paths: who could be at fault, and who gives itself away by its own signals. */
export interface Ground {
  readonly stack: Stack;
  signs(question: Listening): readonly string[];
}

/** `blocked`: ways from a vantage that are known to be in trouble, so that what is not heard over them says nothing. */
export function explain(
  ground: Ground,
  impaired: readonly Impaired[],
  calm: readonly Path[],
  blocked: readonly string[] = [],
): Explanation {
  const hit = impaired.map(({ path }) => path);
  const suspects = suspectsOf(ground.stack, hit, calm)
    .filter((suspect) => suspect.explained.length === hit.length && isCredible(suspect))
    .toSorted(byBlame);
  const least = suspects[0]?.exonerating ?? 0;
  const edges = suspects.filter(({ kind, exonerating }) => kind === "edge" && exonerating === least);
  const signs = (suspect: Suspect): readonly string[] => {
    if (suspect.kind !== "component") return [];
    // Who only passes on what others say, as a collector of metrics does, may claim to be ill because of the way behind it.
    const admits = edges.some(({ members }) => members.some((member) => suspect.members.includes(member)));
    return ground.signs({ members: suspect.members, span: hullOf(impaired), blocked, admits });
  };
  // Where the way explains as much, only a component that gives itself away is named, and as a whole where more of its replicas do.
  const suspicious = edges.length === 0 ? [] : suspects.filter((suspect) => suspect.exonerating === least && signs(suspect).length > 0);
  const telling = suspicious.find((one) =>
    suspicious.every((larger) => !isPartOf(one, larger) || signs(larger).length === signs(one).length),
  );
  const blamed = telling ?? suspects[0];
  const rivals = suspects.filter((suspect) => suspect !== blamed);
  const began = rootPlanes(impaired, blamed, [...hit, ...calm]);
  if (!blamed) return { ...began, blamed, component: undefined, rows: ["no single component and no way lies on all their paths"] };
  const equal = telling ? [] : rivals.filter((rival) => byBlame(blamed, rival) === 0);
  const isNamed = blamed.kind === "component" && equal.length === 0 && (edges.length === 0 || telling !== undefined);
  return {
    ...began,
    blamed,
    component: isNamed ? blamed.name : undefined,
    rows: whyRows(blamed, rivals, equal, edges, signs(blamed)),
  };
}

const isPartOf = (one: Suspect, larger: Suspect): boolean => one.members.every((member) => larger.members.includes(member));

export const hullOf = (impaired: readonly Impaired[]) => ({
  from: Math.min(...impaired.map(({ span }) => span.from)),
  to: Math.max(...impaired.map(({ span }) => span.to)),
});

/** Whoever answers half as many others well is not what is broken, though it lies on all the paths. */
const isCredible = ({ explained, exonerating }: Suspect): boolean => 2 * exonerating < explained.length;

function whyRows(
  blamed: Suspect,
  rivals: readonly Suspect[],
  equal: readonly Suspect[],
  edges: readonly Suspect[],
  signs: readonly string[],
): readonly string[] {
  if (equal.length > 0) return [`${[blamed, ...equal].map(({ name }) => name).join(" and ")} explain it equally well`];
  const acquitted = rivals
    .filter((rival) => rival.exonerating > blamed.exonerating)
    .map(({ name, exonerating }) => `${name} (${exonerating} calm)`);
  return [
    `${blamed.name} lies on the path of all ${blamed.explained.length} impaired instances; ${blamed.exonerating} that depend on it stay calm${blamed.decoupled > 0 ? `, and ${blamed.decoupled} that reach it from another plane` : ""}`,
    ...(acquitted.length > 0 ? [`calm instances speak for ${acquitted.join(", ")}`] : []),
    ...(blamed.kind !== "component" || edges.length === 0
      ? []
      : signs.length > 0
        ? [`rather than the way (${edges.map(({ name }) => name).join(", ")}): ${signs.join(", ")}`]
        : [`the way (${edges.map(({ name }) => name).join(", ")}) explains it as well, and ${blamed.name} answers for itself as before`]),
  ];
}

/** One plane where all impaired instances are of one. Else those of the nearest to what is blamed, and of these the ones that reach it over a network of their own plane. */
function rootPlanes(
  impaired: readonly Impaired[],
  blamed: Suspect | undefined,
  paths: readonly Path[],
): Pick<Explanation, "planes" | "isCertain"> {
  const all = planesOf(impaired);
  if (all.length === 1 || blamed?.kind !== "component") return { planes: all, isCertain: all.length === 1 };
  const nearest = Math.min(...impaired.map(({ path }) => hopsTo(path, blamed.members)));
  const closest = impaired.filter(({ path }) => hopsTo(path, blamed.members) === nearest);
  const through = new Set(
    closest.flatMap(({ path }) => blamed.members.flatMap((member) => planeOfNetwork(path.reach.get(member)?.network ?? "", paths) ?? [])),
  );
  const near = planesOf(closest);
  const agreed = near.length === 1 ? near : near.filter((plane) => through.has(plane));
  return { planes: agreed.length > 0 ? agreed : near, isCertain: agreed.length > 0 };
}
