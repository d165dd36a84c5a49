// The outcome of one instance under one prediction, before instances are merged into the prediction's verdict.
import type { Outcome } from "../model/verdict.ts";
import { mergeOutcomes } from "./merge.ts";

export interface Finding {
  readonly instance: string;
  readonly outcome: Outcome;
  /** "put-flag@app-1 failing, predicted slow": what `because:` may quote when refuted. */
  readonly observed: string;
  /** Without the instance's name. */
  readonly evidence: string;
}

const between = "; ";
/** What was observed on a line, instance by instance: none of them speaks for the others. */
export const partsOf = (observed: string): readonly string[] => observed.split(between);

/** All instances must agree with the prediction; what is shown speaks for the worst of them. */
export function mergeFindings(findings: readonly Finding[]): {
  readonly outcome: Outcome;
  readonly observed: string;
  readonly evidence: string;
} {
  const outcome = mergeOutcomes(findings.map((finding) => finding.outcome));
  const speaking = findings.filter((finding) => finding.outcome === outcome);
  if (findings.length === 0) return { outcome, observed: "nothing to observe", evidence: "" };
  return { outcome, observed: distinct(speaking.map(({ observed }) => observed)).join(between), evidence: groupEvidence(speaking) };
}

/** Instances with the same evidence share a line. */
function groupEvidence(findings: readonly Finding[]): string {
  return distinct(findings.map(({ evidence }) => evidence))
    .map(
      (evidence) => `${findings.flatMap((finding) => (finding.evidence === evidence ? [finding.instance] : [])).join(", ")}: ${evidence}`,
    )
    .join("; ");
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts.filter((text) => text !== ""))];

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)}s`;
export const share = (part: number): string => `${Number((100 * part).toFixed(1))} %`;
/** How strong evidence is; beyond 1e9 nobody counts. */
export const weight = (e: number): string => (e > 1e9 ? "> 1e9" : `= ${Number(e.toPrecision(2))}`);
