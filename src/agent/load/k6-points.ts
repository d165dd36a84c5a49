// Reads the lines that k6 writes with `--out json`: one point per line and metric, of which only a few matter. Its times are wall clock; the run's are not.

export interface Point {
  readonly metric: string;
  /** On the run's clock, in milliseconds. */
  readonly at: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

const head = '{"metric":"';
const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/u;

/** `offsetMs` is the run's clock minus the wall clock. Undefined for other metrics and for whatever a script prints: most lines, so their JSON is not parsed. */
export function pointOf(line: string, metrics: ReadonlySet<string>, offsetMs: number): Point | undefined {
  if (!line.startsWith(head) || !metrics.has(line.slice(head.length, line.indexOf('"', head.length)))) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isPoint(parsed)) return undefined;
  const { metric, data } = parsed;
  const wallMs = wallMsOf(data.time);
  return wallMs === undefined ? undefined : { metric, at: wallMs + offsetMs, value: data.value, tags: data.tags ?? {} };
}

/** Date.parse stops at milliseconds. */
function wallMsOf(text: string): number | undefined {
  const [, seconds, fraction = "", zone] = time.exec(text) ?? [];
  return seconds === undefined ? undefined : Date.parse(`${seconds}${zone}`) + 1_000 * Number(`0${fraction}`);
}

interface K6Point {
  readonly metric: string;
  readonly data: { readonly time: string; readonly value: number; readonly tags?: Readonly<Record<string, string>> };
}

/** k6 is pinned, so its tags are taken to be texts; "Metric" lines have another shape. */
function isPoint(value: unknown): value is K6Point {
  if (typeof value !== "object" || value === null || !("metric" in value) || !("data" in value)) return false;
  const { metric, data } = value;
  if (typeof metric !== "string" || typeof data !== "object" || data === null) return false;
  return "time" in data && typeof data.time === "string" && "value" in data && typeof data.value === "number";
}
