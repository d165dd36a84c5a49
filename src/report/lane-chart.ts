// The picture: time from left to right, one lane per instance under its plane, the fault shaded across all of them, signals below in green, red and grey.
import { planes } from "../model/plane.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalRecord } from "../model/record.ts";
import type { ProbeFinding, Verdict } from "../model/verdict.ts";
import { type Spans, spansOf, type Span, overlaps } from "../judge/spans.ts";
import { type Band, type Column, bandsOf, columnsOf, impairedSpans } from "./lanes.ts";
import { milliseconds, seconds } from "./words.ts";
import { escape } from "./xml.ts";

const left = 190;
const width = 780;
const lane = 44;
const band = 20;
const heading = 26;
const headingLine = 15;
/** At 11 pixels a letter is 6 wide on average, and 7 in wide fonts. */
const headingLetters = Math.floor(width / 7);
const columnCount = 390;

interface Drawn {
  readonly height: number;
  readonly svg: string;
}

const round = (value: number): string => value.toFixed(1);

export function laneChart(plan: Plan, records: readonly JournalRecord[], verdict: Verdict): string {
  const spans = spansOf(plan, records);
  const range = { from: spans.baseline.from, to: Math.max(spans.judged.to, spans.baseline.from + 1) };
  const x = (at: number) => left + (width * (Math.min(range.to, Math.max(range.from, at)) - range.from)) / (range.to - range.from);
  const rows: readonly ((top: number) => Drawn)[] = [
    ...planes.flatMap((plane) => {
      const probes = plan.probes.filter((probe) => probe.plane === plane);
      const row = verdict.planes.find((one) => one.plane === plane);
      if (probes.length === 0) return [];
      const title = (top: number) =>
        headingAt(top, `${plane} plane`, row ? `${row.outcome}: ${row.predicted} predicted, ${row.observed} observed` : "");
      return [
        title,
        ...probes.map(
          ({ instance }) =>
            (top: number) =>
              instanceLane(
                top,
                instance,
                columnsOf(records, instance, range, columnCount),
                verdict.probes.find((one) => one.instance === instance),
                x,
                spans.fault.from,
              ),
        ),
      ];
    }),
    ...(plan.signals.length > 0 ? [(top: number) => headingAt(top, "signals", "what the system claimed; hatched where it lied")] : []),
    ...plan.signals.map(
      ({ instance, everyMs }) =>
        (top: number) =>
          signalLane(top, instance, bandsOf(records, instance, everyMs, range), impairedSpans(verdict), x, spans.fault.from),
    ),
  ];
  let top = 24;
  const drawn = rows.map((draw) => {
    const one = draw(top);
    top += one.height;
    return one.svg;
  });
  const height = top + 30;
  return [
    `<svg viewBox="0 0 ${left + width + 20} ${height}" role="img" aria-label="What every probe and signal showed over time">`,
    '<defs><pattern id="lie" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="6" class="lie"/></pattern></defs>',
    shade(spans, x, top),
    ...drawn,
    axis(range, spans, x, top),
    "</svg>",
  ].join("\n");
}

/** SVG breaks no lines by itself: what is too long for one goes on in the next. */
function headingAt(top: number, title: string, text: string): Drawn {
  const lines = wrapped(text, headingLetters);
  const spans = lines.map((line, index) => `<tspan x="${left}" y="${top + 18 + index * headingLine}">${escape(line)}</tspan>`);
  return {
    height: heading + Math.max(0, lines.length - 1) * headingLine,
    svg: `<text x="0" y="${top + 18}" class="plane">${escape(title)}</text><text class="quiet">${spans.join("")}</text>`,
  };
}

/** Between words; a word longer than a line stands alone. */
function wrapped(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  for (const next of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + next.length <= letters) lines.splice(-1, 1, `${last} ${next}`);
    else lines.push(next);
  }
  return lines;
}

function shade(spans: Spans, x: (at: number) => number, bottom: number): string {
  const box = (range: Span, name: string) =>
    `<rect x="${round(x(range.from))}" y="18" width="${round(x(range.to) - x(range.from))}" height="${bottom - 18}" class="${name}"/>`;
  const acted = [...spans.acted.values()].map(({ from, to }) => ({ from, to: to ?? spans.judged.to }));
  const fault = acted.length > 0 ? acted : [spans.fault];
  const label = acted.length > 0 ? "fault" : "nothing injected";
  return `${fault.map((range) => box(range, "fault")).join("")}<text x="${round(x(spans.fault.from) + 4)}" y="12" class="quiet">${label}</text>`;
}

/** Latency on a logarithmic scale of the instance's own, one decade at least, so that jitter does not look like trouble: what matters is by how much it changed. */
function instanceLane(
  top: number,
  instance: string,
  columns: readonly Column[],
  finding: ProbeFinding | undefined,
  x: (at: number) => number,
  zero: number,
): Drawn {
  const times = columns.flatMap(({ medianMs, slowestMs }) => [medianMs ?? [], slowestMs ?? []].flat());
  const low = Math.log(Math.max(0.05, Math.min(...times, 1e6)));
  const high = Math.max(low + Math.LN10, Math.log(Math.max(...times, 0.1)));
  const y = (ms: number) => top + lane - 6 - ((lane - 12) * (Math.log(Math.max(0.05, ms)) - low)) / (high - low);
  const stalks = columns.flatMap(({ at, medianMs, slowestMs }) =>
    medianMs === undefined || slowestMs === undefined ? [] : [`M${round(x(at))} ${round(y(medianMs) + 0.6)}V${round(y(slowestMs) - 0.6)}`],
  );
  const bad = columns.flatMap((column) => (column.bad ? [`M${round(x(column.at))} ${top + 4}v${lane - 8}`] : []));
  const missed = columns.flatMap((column) => (column.missed ? [`M${round(x(column.at))} ${top + lane - 4}v3`] : []));
  const stretches = (finding?.symptoms ?? []).flatMap(({ symptom, windowsMs }) => windowsMs.map(([from, to]) => ({ symptom, from, to })));
  const called = stretches.map(
    ({ symptom, from, to }) =>
      `<rect x="${round(x(from))}" y="${top + lane - 3}" width="${round(Math.max(2, x(to) - x(from)))}" height="2.5" class="called"><title>${symptom} from ${seconds(from - zero)} to ${seconds(to - zero)}</title></rect>`,
  );
  const symptoms = finding?.symptoms.map(({ symptom }) => symptom).join(", ") ?? "";
  return {
    height: lane,
    svg: [
      `<text x="12" y="${top + 18}">${escape(instance)}</text>`,
      `<text x="12" y="${top + 33}" class="quiet">${milliseconds(finding?.baseline.medianMs)} &#8594; ${milliseconds(finding?.fault.medianMs)} ${symptoms}</text>`,
      `<line x1="${left}" x2="${left + width}" y1="${top + lane}" y2="${top + lane}" class="rule"/>`,
      `<path d="${bad.join("")}" class="bad"/><path d="${stalks.join("")}" class="dots"/><path d="${missed.join("")}" class="missed"/>${called.join("")}`,
    ].join(""),
  };
}

function signalLane(
  top: number,
  instance: string,
  bands: readonly Band[],
  impaired: readonly Span[],
  x: (at: number) => number,
  zero: number,
): Drawn {
  const box = (range: Span, attributes: string, title: string) =>
    `<rect x="${round(x(range.from))}" y="${top + 3}" width="${round(x(range.to) - x(range.from))}" height="${band - 6}" ${attributes}><title>${title}</title></rect>`;
  const lies = overlaps(
    bands.filter(({ claim }) => claim === "healthy"),
    impaired,
  );
  return {
    height: band,
    svg: [
      `<text x="12" y="${top + 14}">${escape(instance)}</text>`,
      ...bands.map((one) => box(one, `class="${one.claim}"`, `claims ${one.claim}`)),
      ...lies.map((range) =>
        box(
          range,
          'fill="url(#lie)"',
          `false green: claims health from ${seconds(range.from - zero)} to ${seconds(range.to - zero)} while a plane is impaired`,
        ),
      ),
    ].join(""),
  };
}

function axis(range: Span, spans: Spans, x: (at: number) => number, top: number): string {
  const step = [1, 2, 5, 10, 20, 60, 120, 300, 600].find((every) => (range.to - range.from) / 1_000 / every <= 12) ?? 1_200;
  const ticks: string[] = [];
  for (
    let second = Math.ceil((range.from - spans.fault.from) / 1_000 / step) * step;
    spans.fault.from + second * 1_000 <= range.to;
    second += step
  ) {
    ticks.push(
      `<text x="${round(x(spans.fault.from + second * 1_000))}" y="${top + 16}" text-anchor="middle" class="quiet">${second === 0 ? "0 s" : second}</text>`,
    );
  }
  return ticks.join("");
}
