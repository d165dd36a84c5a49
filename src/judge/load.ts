// What k6 says of the load that it made: whether it ran as long as it mattered, and its own verdict on the thresholds of a user's script.
import type { Prediction } from "../model/plan.ts";
import type { RecordOf, Threshold } from "../model/record.ts";
import type { Facts } from "./facts.ts";
import { type Finding, seconds, share } from "./finding.ts";

const recordOf = ({ records }: Facts): RecordOf<"load"> | undefined => records.findLast((record) => record.type === "load");

/** As of samples that a prober missed. */
const droppedAllowed = 0.02;

export function loadComplaints(facts: Facts): readonly string[] {
  const { plan, spans } = facts;
  const end = recordOf(facts);
  if (!end) return ["k6 said nothing of its end"];
  // A threshold that ends the script when it is crossed has its say; in the baseline it would have nothing to do with the fault.
  const gaveUp = end.at >= spans.fault.from && (end.thresholds ?? []).some(({ crossed }) => crossed);
  const complaints =
    end.end === "early" && end.at < spans.fault.to && !gaveUp ? [`k6 ended early, at ${seconds(end.at)}: ${end.detail}`] : [];
  if (plan.load?.kind !== "script") return complaints;
  const dropped = end.dropped / Math.max(1, end.dropped + end.iterations);
  return [
    ...complaints,
    ...(end.thresholds === undefined ? [`k6 left no summary: ${end.detail}`] : []),
    ...(dropped > droppedAllowed
      ? [`k6 dropped ${share(dropped)} of the iterations that were due: the script needs more virtual users`]
      : []),
  ];
}

export function loadSentence(facts: Facts): string {
  const { iterations = 0, dropped = 0, thresholds } = recordOf(facts) ?? {};
  const bare =
    facts.plan.load?.kind === "script" && thresholds?.length === 0 ? "; its script has no threshold, so nothing is judged by it" : "";
  return `k6 made its load from the baseline to the recovery: ${iterations} iterations, ${dropped} dropped${bare}`;
}

/** One finding per threshold. k6 judges a whole run at once, so baseline, fault and recovery all count. */
export function judgeThresholds(facts: Facts, predicted: Extract<Prediction, { kind: "thresholds" }>): readonly Finding[] {
  const thresholds = recordOf(facts)?.thresholds;
  if (thresholds === undefined)
    return [
      { instance: "load thresholds", outcome: "inconclusive", observed: "load thresholds undecided: k6 left no summary", evidence: "" },
    ];
  return thresholds.map((threshold) => {
    const instance = `load: ${threshold.metric} ${threshold.expression}`;
    // k6 holds a threshold for kept that nothing was ever measured for; unknown is no success.
    if (!threshold.sampled && !threshold.crossed)
      return { instance, outcome: "inconclusive", observed: `${instance} undecided: nothing was measured`, evidence: "" };
    return {
      instance,
      outcome: threshold.crossed === predicted.hold ? "refuted" : "confirmed",
      observed: `${instance} ${threshold.crossed ? "crossed" : "held"}`,
      evidence: valueOf(threshold),
    };
  });
}

const valueOf = ({ expression, value }: Threshold): string =>
  value === undefined ? "" : `${/^[a-z]+(\([\d.]+\))?/u.exec(expression)?.[0] ?? "value"} was ${Number(value.toPrecision(4))}`;
