// Whether one plane can have pulled another along: whoever waits for something that crawls crawls as much, and not before.
import type { Plane } from "../model/plane.ts";
import { isBad, within } from "./blocks.ts";
import { hullOf } from "./explanation.ts";
import type { Facts } from "./facts.ts";
import { seconds, share } from "./finding.ts";
import type { Impaired } from "./impaired.ts";
import type { Span } from "./spans.ts";

/** Symptoms are dated to a block, which lasts up to a second. */
const headStartMs = 1_000;
/** Under crawling disks, reads that asked etcd were bad in 99 % of their samples and writes in 99 %; with three of ten packets lost reads would have been in 70 %. */
const differenceAllowed = 0.1;

/** The first instance of another plane that the root plane cannot have pulled along, in words. */
export function notPulledBy(facts: Facts, root: Plane, impaired: readonly Impaired[]): string | undefined {
  const pulling = impaired.filter(({ path }) => path.probe.plane === root);
  const span = hullOf(pulling);
  return impaired
    .filter(({ path }) => path.probe.plane !== root)
    .flatMap((one) => {
      const { instance, component } = one.path.probe;
      if (one.span.from < span.from - headStartMs)
        return [`${instance} was so ${seconds(span.from - one.span.from)} before the ${root} plane was`];
      const beside = pulling.filter(({ path }) => path.probe.component === component);
      const bads = (beside.length > 0 ? beside : pulling).map((other) => badShare(facts, other, span));
      const bad = badShare(facts, one, span);
      return bad < Math.min(...bads) - differenceAllowed || bad > Math.max(...bads) + differenceAllowed
        ? [`${instance} was so in ${share(bad)} of its samples, which the ${root} plane with ${share(Math.max(...bads))} does not explain`]
        : [];
    })[0];
}

function badShare(facts: Facts, { path }: Impaired, span: Span): number {
  const observed = facts.observed.get(path.probe.instance);
  const rows = within(observed?.series.taken ?? [], span);
  return rows.filter((row) => isBad(row, observed?.baseline?.slowBoundMs ?? Number.POSITIVE_INFINITY)).length / Math.max(1, rows.length);
}
