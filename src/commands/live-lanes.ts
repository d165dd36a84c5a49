// What a person sees while a run goes on: one lane per plane on a terminal, redrawn in place; plain lines otherwise, now and then with how the planes are. Goes to stderr, so that stdout stays for results.
import { formatDuration } from "../model/duration.ts";
import { type Plane, planes } from "../model/plane.ts";
import type { LaneBucket, RunEvent } from "../run/run-end.ts";

export interface LiveScreen {
  readonly on: (event: RunEvent) => void;
  close(): void;
}

export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type LanesEvent = Extract<RunEvent, { readonly type: "lanes" }>;

/** Good, partly bad, mostly bad, nothing seen. */
const mark = (good: number, bad: number): string => (good + bad === 0 ? " " : bad === 0 ? "·" : bad < good ? "▒" : "█");

export interface LiveOptions {
  /** Where there is no terminal: how often the planes are summed up in a line (default: never). */
  readonly lineEveryMs?: number;
}

export function liveScreen(screen: Screen, { lineEveryMs = Number.POSITIVE_INFINITY }: LiveOptions = {}): LiveScreen {
  return screen.isTTY === true ? lanes(screen) : lines(screen, lineEveryMs);
}

const seconds = (atMs: number): string => `${(atMs / 1_000).toFixed(1).padStart(6)}s`;

function sentence(event: RunEvent): string | undefined {
  switch (event.type) {
    case "phase":
      return event.edge === "begin"
        ? `${event.phase}${event.lengthMs === undefined ? "" : ` (${formatDuration(event.lengthMs)})`}`
        : undefined;
    case "step":
      return `  ${event.text}`;
    case "fired":
      return `  fired ${event.change}: ${event.answer}`;
    case "undone":
      return event.answer === "done" ? `  undone ${event.change}: done` : `  undo of ${event.change}: ${event.answer}`;
    case "problem":
      return `  problem in ${event.phase}: ${event.message}`;
    case "lanes":
      return undefined;
  }
}

function lines(screen: Screen, everyMs: number): LiveScreen {
  let seen: LaneBucket[] = [];
  let saidMs = 0;
  const summary = (event: LanesEvent): string | undefined => {
    if (everyMs === Number.POSITIVE_INFINITY) return undefined;
    seen.push(...event.probes);
    if (event.atMs - saidMs < everyMs) return undefined;
    saidMs = event.atMs;
    const text = planes.map((plane) => stateOf(plane, seen)).join(", ");
    seen = [];
    return `  ${text}; signals ${claimsIn(event)}`;
  };
  return {
    on: (event) => {
      const text = event.type === "lanes" ? summary(event) : sentence(event);
      if (text !== undefined) screen.write(`${seconds(event.atMs)} ${text}\n`);
    },
    close: () => {},
  };
}

function stateOf(plane: Plane, seen: readonly LaneBucket[]): string {
  const buckets = seen.filter((bucket) => bucket.plane === plane);
  const good = sum(buckets, "good");
  const all = good + sum(buckets, "bad");
  if (all === 0) return `${plane} nothing seen`;
  const slowest = worst(buckets);
  return `${plane} ${good} of ${all} ok${slowest === "" ? "" : ` (${slowest})`}`;
}

const claimsIn = (event: LanesEvent): string =>
  Object.entries(Object.groupBy(event.signals, ({ claim }) => claim))
    .map(([claim, rows]) => `${rows.length} ${claim}`)
    .join(", ");

function lanes(screen: Screen): LiveScreen {
  const tracks = new Map<Plane, string>(planes.map((plane) => [plane, ""]));
  let drawn = 0;
  const erase = (): void => {
    if (drawn > 0) screen.write(`\u001B[${drawn}A\u001B[J`);
    drawn = 0;
  };
  const draw = (event: LanesEvent): void => {
    const width = Math.max(20, (screen.columns ?? 80) - 48);
    erase();
    for (const plane of planes) {
      const buckets = event.probes.filter((bucket) => bucket.plane === plane);
      const track = `${tracks.get(plane) ?? ""}${mark(sum(buckets, "good"), sum(buckets, "bad"))}`.slice(-width);
      tracks.set(plane, track);
      screen.write(`${plane.padEnd(10)} ${track.padEnd(width)} ${worst(buckets)}\n`);
    }
    screen.write(`${"signals".padEnd(10)} ${claimsIn(event)}\n`);
    drawn = planes.length + 1;
  };
  return {
    on: (event) => {
      if (event.type === "lanes") return draw(event);
      const text = sentence(event);
      if (text === undefined) return;
      erase();
      screen.write(`${seconds(event.atMs)} ${text}\n`);
    },
    close: () => {
      drawn = 0;
    },
  };
}

const sum = (buckets: readonly LaneBucket[], field: "good" | "bad"): number => buckets.reduce((total, bucket) => total + bucket[field], 0);

/** The slowest probe of the plane and its median: what a person asks first. */
function worst(buckets: readonly LaneBucket[]): string {
  const slowest = buckets.filter(({ medianMs }) => medianMs !== undefined).toSorted((a, b) => (b.medianMs ?? 0) - (a.medianMs ?? 0))[0];
  if (!slowest) return "";
  return `${slowest.instance.slice(0, 26)} ${formatDuration(slowest.medianMs ?? 0)}`;
}
