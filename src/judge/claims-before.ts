// What signals claimed before the fault: one that was ill or silent already then says nothing about the fault, neither truth nor lie.
import type { ClaimRow } from "../model/record.ts";
import type { Facts } from "./facts.ts";

const oddAllowed = 1;

/** Asked and answered between the beginning of the baseline and the fault, in the order of the answers. */
export const claimsBefore = ({ claims, spans }: Pick<Facts, "claims" | "spans">, instance: string): readonly ClaimRow[] =>
  (claims.get(instance) ?? [])
    .filter(([at, tookMs]) => at >= spans.baseline.from && at + tookMs <= spans.fault.from)
    .toSorted((one, other) => one[0] + one[1] - other[0] - other[1]);

/** How it went into the fault: in the later half of the baseline it claimed health, the last time too; one odd answer is forgiven. What a collector says while it gathers its first numbers is over by then. Where nothing was answered nobody knows. */
export function wasWell(facts: Pick<Facts, "claims" | "spans">, instance: string): boolean {
  const middle = (facts.spans.baseline.from + facts.spans.fault.from) / 2;
  const before = claimsBefore(facts, instance).filter(([at]) => at >= middle);
  return before.at(-1)?.[2] === "healthy" && before.filter(([, , claim]) => claim !== "healthy").length <= oddAllowed;
}
