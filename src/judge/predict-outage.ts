// How long an outage lasted, held against what was predicted. The meter dates both ends to a period of the probe, so the length is an interval: it has to lie within the predicted one to
// confirm, and beside it to refute.
import type { Outage } from "../model/outage.ts";
import { outageWords } from "../model/outage.ts";
import type { Outcome, ProbeFinding } from "../model/verdict.ts";
import { seconds } from "./finding.ts";
import { outagesOf } from "./outage-meter.ts";
import type { Span } from "./spans.ts";
import type { Observed, Trace } from "./symptoms.ts";

type Meter = ProbeFinding["outages"][number];

interface Measured {
  readonly outcome: Outcome;
  readonly text: string;
}

/** `shown`: the symptom that was predicted, called somewhere in `span`. Where it came and went, each of its outages counts. */
export function judgeOutage(predicted: Outage, observed: Observed, shown: Trace, span: Span): Measured {
  const measured = outagesOf(observed, span, [shown]).map((meter) => judgeOne(predicted, meter, span));
  const [first] = measured;
  if (!first) return { outcome: "inconclusive", text: "an outage that could not be measured" };
  const telling = measured.find(({ outcome }) => outcome === "refuted") ?? measured.find(({ outcome }) => outcome !== "confirmed");
  return telling
    ? { ...telling, text: `${telling.text}, predicted ${outageWords(predicted)}` }
    : { outcome: "confirmed", text: measured.map(({ text }) => text).join(" and ") };
}

function judgeOne({ atLeastMs, atMostMs = Number.POSITIVE_INFINITY }: Outage, meter: Meter, span: Span): Measured {
  const shortest = Math.max(0, (meter.end?.[0] ?? span.to) - meter.onset[1]);
  const longest = meter.end ? meter.end[1] - meter.onset[0] : Number.POSITIVE_INFINITY;
  const text = `for ${seconds(shortest)}${meter.end ? ` to ${seconds(longest)}` : " and more"}`;
  if (shortest >= atLeastMs && longest <= atMostMs) return { outcome: "confirmed", text };
  return { outcome: longest < atLeastMs || shortest > atMostMs ? "refuted" : "inconclusive", text };
}
