// report.html: one file without anything from elsewhere, readable in light and dark, that a responder can mail around.
import { spansOf } from "../judge/spans.ts";
import type { JournalRecord } from "../model/record.ts";
import type { Verdict } from "../model/verdict.ts";
import { laneChart } from "./lane-chart.ts";
import { alarmists, alarmSentence, diagnosisSentence, errorsSentence, liars, lieSentence, seconds, verdictSentence } from "./words.ts";
import { escape } from "./xml.ts";

const style = `
:root { color-scheme: light dark; --ink: #1c2126; --quiet: #66707a; --paper: #fbfbf9; --rule: #dcdfe2; --good: #2b8a4b; --bad: #c8372d; --doubt: #a87508; --fault: #f3dcc0; --dot: #2f6db5; --grey: #a9b0b6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --quiet: #98a2ab; --paper: #16191c; --rule: #30363c; --good: #4fb873; --bad: #ee6a5f; --doubt: #d9a73c; --fault: #3c2f20; --dot: #74aef0; --grey: #59626a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1000px; margin: 2.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; text-wrap: balance; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .5rem; }
p { margin: .2rem 0; } .quiet { color: var(--quiet); } code { font-size: .9em; }
.verdict { font-weight: 600; } .confirmed, .held { color: var(--good); } .refuted, .BROKEN, .leak { color: var(--bad); } .inconclusive { color: var(--doubt); }
.lied { border-left: 4px solid var(--bad); padding: .2rem .8rem; margin: .8rem 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--rule); } th { color: var(--quiet); font-weight: 500; }
svg { width: 100%; min-width: 720px; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); } svg .quiet { fill: var(--quiet); font-size: 11px; } svg .plane { font-weight: 600; font-size: 13px; }
svg .fault { fill: var(--fault); } svg .rule { stroke: var(--rule); } svg .dots { stroke: var(--dot); stroke-width: 1.6; fill: none; } svg .bad { stroke: var(--bad); stroke-width: 2; opacity: .55; fill: none; } svg .missed { stroke: var(--grey); stroke-width: 2; } svg .called { fill: var(--bad); }
svg .healthy { fill: var(--good); } svg .unhealthy { fill: var(--bad); } svg .silent { fill: var(--grey); } svg .lie { fill: var(--bad); }
`;

/** Without a plan (a journal that was torn in its first line) there is nothing to draw. */
export function htmlReport(records: readonly JournalRecord[], verdict: Verdict): string {
  const [run] = records;
  if (run?.type !== "run")
    return `<!doctype html><html lang="en"><title>${verdict.outcome}</title><p>${escape(verdict.reason)}</p></html>\n`;
  const { plan } = run;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(plan.title)}: ${verdict.outcome}</title><style>${style}</style></head><body>`,
    `<h1>${escape(plan.title)}</h1>`,
    `<p class="verdict ${verdict.outcome}">${escape(verdictSentence(verdict))}</p><p>${escape(verdict.reason)}</p>`,
    `<p class="quiet">${escape(plan.file)} &middot; run ${escape(run.run)} &middot; ${escape(run.startedAt)} &middot; ${escape(run.world)}, seed ${run.seed}</p>`,
    ...verdict.leaks.map((leak) => `<p class="lied leak">Something may still be broken: ${escape(leak)}</p>`),
    ...liars(verdict).map((liar) => `<p class="lied">False green: ${escape(lieSentence(liar))}.</p>`),
    ...alarmists(verdict).map((alarmist) => `<p class="lied">False red: ${escape(alarmSentence(alarmist))}.</p>`),
    `<p>${escape(plan.faults.map(({ sentence }) => sentence).join("; "))}</p>`,
    "<h2>What was seen</h2>",
    `<div class="wide">${laneChart(plan, records, verdict)}</div>`,
    '<p class="quiet">Blue: from median to slowest, logarithmic, each lane on its own scale. Red stalks: failed, late or wrong. Red underline: a symptom was called. Seconds count from the fault.</p>',
    table(
      "Predictions",
      ["verdict", "predicted", "observed", "evidence"],
      verdict.predictions.map(({ outcome, sentence, observed, evidence }) => [outcome, sentence, observed, evidence]),
    ),
    table(
      "Assumptions",
      ["", "name", ""],
      verdict.assumptions.map(({ held, name, detail }) => [held ? "held" : "BROKEN", name, detail]),
    ),
    // It must not know when the fault began, so its seconds are others than those of the picture.
    table(
      `Diagnosis, blind (seconds since the start of the run; the fault began at ${seconds(spansOf(plan, records).fault.from)})`,
      [],
      [[diagnosisSentence(verdict)], ...verdict.diagnosis.rows.map((row) => [row])],
    ),
    table(
      "Counters beside the probes",
      ["component", "counter", "before", "during"],
      verdict.evidence.map(({ component, name, baseline, fault }) => [component, name, String(baseline), String(fault)]),
    ),
    `<p class="quiet">${escape(errorsSentence(verdict))}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

/** A verdict's word in the first cell gives it its colour. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const words = new Set(["confirmed", "refuted", "inconclusive", "held", "BROKEN"]);
  const cell = (text: string, index: number) => `<td${index === 0 && words.has(text) ? ` class="${text}"` : ""}>${escape(text)}</td>`;
  const header = head.length > 0 ? `<thead><tr>${head.map((text) => `<th>${escape(text)}</th>`).join("")}</tr></thead>` : "";
  return `<h2>${escape(title)}</h2><div class="wide"><table>${header}<tbody>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</tbody></table></div>`;
}
