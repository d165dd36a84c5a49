// How long an outage lasted, held against what was predicted. The meter dates both ends to a period of the probe, so the length is an interval: it has to lie within the predicted one to
// confirm, and beside it to refute.
import type { Outage } from "../model/outage.ts";
import { outageWords } from "../model/outage.ts";
import type { Outcome } from "../model/verdict.ts";
import { seconds } from "./finding.ts";
import { outageOf } from "./outage-meter.ts";
import type { Span } from "./spans.ts";
import type { Observed, Trace } from "./symptoms.ts";

interface Measured {
  readonly outcome: Outcome;
  readonly text: string;
}

/** `shown`: the symptom that was predicted, called somewhere in `span`. */
export function judgeOutage(predicted: Outage, observed: Observed, shown: Trace, span: Span): Measured {
  const meter = outageOf(observed, span, [shown]);
  if (!meter) return { outcome: "inconclusive", text: "an outage that could not be measured" };
  const shortest = Math.max(0, (meter.end?.[0] ?? span.to) - meter.onset[1]);
  const longest = meter.end ? meter.end[1] - meter.onset[0] : Number.POSITIVE_INFINITY;
  const { atLeastMs, atMostMs = Number.POSITIVE_INFINITY } = predicted;
  const text = `for ${seconds(shortest)}${meter.end ? ` to ${seconds(longest)}` : " and more"}`;
  if (shortest >= atLeastMs && longest <= atMostMs) return { outcome: "confirmed", text };
  const outcome = longest < atLeastMs || shortest > atMostMs ? "refuted" : "inconclusive";
  return { outcome, text: `${text}, predicted ${outageWords(predicted)}` };
}
