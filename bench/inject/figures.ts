// What the shots of one tool at one fault come to, in columns, against the goals and against each other. Pure.
import type { Table } from "../../src/report/table.ts";
import { ascending, median, quantile } from "../../src/statistics/quantile-bound.ts";
import type { Span } from "./span.ts";

export const ours = "planefault";

/** Times are milliseconds of one clock. */
export interface Shot {
  readonly tool: string;
  readonly fault: string;
  /** When it was to act: the instant that was scheduled, or that of the order where a tool schedules nothing. */
  readonly dueMs: number;
  /** How long it was to act; undefined where a supervisor has its say in that. */
  readonly askedMs: number | undefined;
  /** When its end was ordered, and when that order was answered; undefined where a tool ends by itself. */
  readonly end: { readonly orderedMs: number; readonly answeredMs: number } | undefined;
  /** What the stopwatch saw; undefined where it saw nothing. */
  readonly span: Span | undefined;
}

interface Spread {
  /** With its sign. */
  readonly medianMs: number;
  /** Median of the distance from 0: early and late do not make up for each other. */
  readonly offMs: number;
  /** Of the distance from 0, nearest rank: the worst where there are fewer than a hundred. */
  readonly p99Ms: number;
}

export interface Figures {
  readonly tool: string;
  readonly fault: string;
  readonly shots: number;
  /** Those that the stopwatch saw begin, sharply enough. */
  readonly sharp: number;
  /** How far the truth may be from the middle between two looks, at the median. */
  readonly blurMs: number;
  readonly late: Spread | undefined;
  /** What was asked, and by how much longer it acted. */
  readonly asked: number | undefined;
  readonly longer: Spread | undefined;
  readonly gone: Spread | undefined;
  readonly proved: Spread | undefined;
}

/** How far a value may be from the truth: as much as goals of 1 ms bear, or a tenth of itself. Where two looks lie further apart, the stopwatch itself was stalled and says nothing. */
const isSharp = (valueMs: number, blurMs: number): boolean => blurMs <= Math.max(1, Math.abs(valueMs) / 10);

export const goals = { lateMedianMs: 1, lateP99Ms: 2, longerShare: 0.01, provedP99Ms: 50 } as const;

export function figuresOf(shots: readonly Shot[]): readonly Figures[] {
  const groups = Map.groupBy(shots, ({ tool, fault }) => `${fault}\0${tool}`);
  return [...groups.values()].map((group) => {
    const [{ tool, fault, askedMs: asked } = { tool: "", fault: "", askedMs: undefined }] = group;
    const seen = (measure: (shot: Shot, span: Span) => Measured | undefined): readonly Measured[] =>
      group.flatMap((shot) => (shot.span && measure(shot, shot.span)) ?? []).filter(({ ms, blurMs }) => isSharp(ms, blurMs));
    const late = seen(({ dueMs }, { begin }) => ({ ms: begin.atMs - dueMs, blurMs: begin.blurMs }));
    const longer = seen(({ askedMs }, { begin, end }) =>
      askedMs === undefined ? undefined : { ms: end.atMs - begin.atMs - askedMs, blurMs: Math.max(begin.blurMs, end.blurMs) },
    );
    const gone = seen(({ end: order }, { end }) => order && { ms: end.atMs - order.orderedMs, blurMs: end.blurMs });
    const proved = group.flatMap(({ end }) => (end ? [{ ms: end.answeredMs - end.orderedMs }] : []));
    return {
      tool,
      fault,
      asked,
      shots: group.length,
      sharp: late.length,
      blurMs: median(ascending(late.map(({ blurMs }) => blurMs))) ?? Number.NaN,
      late: spread(late),
      longer: spread(longer),
      gone: spread(gone),
      proved: spread(proved),
    };
  });
}

interface Measured {
  readonly ms: number;
  readonly blurMs: number;
}

function spread(measured: readonly Pick<Measured, "ms">[]): Spread | undefined {
  const medianMs = median(ascending(measured.map(({ ms }) => ms)));
  const distances = ascending(measured.map(({ ms }) => Math.abs(ms)));
  const [offMs, p99Ms] = [median(distances), quantile(distances, 0.99)];
  return medianMs === undefined || offMs === undefined || p99Ms === undefined ? undefined : { medianMs, offMs, p99Ms };
}

/** Three digits that mean something: "0.41", "12.3", "892". */
export const digits = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);

const cell = (value: Spread | undefined): string => (value ? `${digits(value.medianMs)} / ${digits(value.p99Ms)}` : "");

export function figuresTable(all: readonly Figures[], title: string): Table {
  return {
    title,
    head: ["fault", "by", "shots", "instant to effect", "acted longer than asked", "order to gone", "order to answer"],
    rows: all.map(({ fault, tool, shots, sharp, late, longer, gone, proved }) => [
      fault,
      tool,
      sharp === shots ? String(shots) : `${sharp} of ${shots}`,
      cell(late),
      cell(longer),
      cell(gone),
      cell(proved),
    ]),
  };
}

/** Sentences: which of our own faults met which goal. */
export function goalLines(all: readonly Figures[]): readonly string[] {
  const own = all.filter(({ tool }) => tool === ours);
  const line = (what: string, value: (one: Figures) => number | undefined, limit: number, unit: string): string => {
    const known = own.flatMap((one) => {
      const found = value(one);
      return found === undefined ? [] : [{ fault: one.fault, found }];
    });
    const missed = known.filter(({ found }) => found > limit).map(({ fault, found }) => `${fault} ${digits(found)}${unit}`);
    return `${what}: ${known.length - missed.length} of ${known.length} faults${missed.length === 0 ? "" : `; not ${missed.join(", ")}`}`;
  };
  const longerPercent = ({ longer, asked }: Figures): number | undefined =>
    longer && asked !== undefined ? (100 * longer.offMs) / asked : undefined;
  return [
    line(`acts within ${goals.lateMedianMs} ms of its instant, at the median`, ({ late }) => late?.offMs, goals.lateMedianMs, " ms"),
    line(`within ${goals.lateP99Ms} ms, at p99`, ({ late }) => late?.p99Ms, goals.lateP99Ms, " ms"),
    line(`as long as asked to ${100 * goals.longerShare} %, at the median`, longerPercent, 100 * goals.longerShare, " %"),
    line(`proved to be gone within ${goals.provedP99Ms} ms of the order, at p99`, ({ proved }) => proved?.p99Ms, goals.provedP99Ms, " ms"),
  ];
}

/** Sentences: how many times further off each other tool was, in the same run. What we are off is taken to be no less than what the stopwatch can tell. */
export function ratioLines(all: readonly Figures[]): readonly string[] {
  return all
    .filter(({ tool }) => tool !== ours)
    .flatMap((peer) => {
      const own = all.find(({ tool, fault }) => tool === ours && fault === peer.fault);
      const times = (value: (one: Figures) => Spread | undefined): string => {
        const [theirs, mine] = [value(peer), own && value(own)];
        if (!theirs || !mine || !own) return "not known";
        return `${digits(theirs.offMs / Math.max(mine.offMs, own.blurMs))} times`;
      };
      return [
        `${peer.fault}: ${peer.tool} is off its instant ${times(({ late }) => late)}, and off the time it was to last ${times(({ longer }) => longer)} as far as ${ours}`,
      ];
    });
}
