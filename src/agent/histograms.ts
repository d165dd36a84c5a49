// A component's own Prometheus histograms (etcd's fsync), asked over its loopback: evidence that explains a slow plane, read beside the probes.
import { get } from "node:http";
import type { Metrics } from "../model/stack.ts";

export interface HistogramReader {
  /** Means since the reading before, in milliseconds; nothing where nothing new was counted or nobody answered. */
  latest(): Readonly<Record<string, number>>;
  stop(): void;
}

interface Totals {
  readonly seconds: number;
  readonly count: number;
}

const longestAnswer = 4_000_000;

export function histogramReader(metrics: Metrics, everyMs: number): HistogramReader {
  const before = new Map<string, Totals>();
  let latest: Record<string, number> = {};
  let asking = false;
  const ask = (): void => {
    if (asking) return;
    asking = true;
    fetchText(metrics, everyMs, (text) => {
      asking = false;
      latest = text === undefined ? {} : means(metrics.histograms, text, before);
    });
  };
  ask();
  const timer = setInterval(ask, everyMs);
  return { latest: () => latest, stop: () => clearInterval(timer) };
}

function fetchText({ port, path }: Metrics, timeoutMs: number, done: (text: string | undefined) => void): void {
  const request = get({ host: "127.0.0.1", port, path, agent: false, timeout: 4 * timeoutMs }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      text += part;
      if (text.length > longestAnswer) request.destroy(new Error("more metrics than are read"));
    });
    response.on("end", () => done(text));
    response.on("error", () => done(undefined));
  });
  request.on("timeout", () => request.destroy(new Error("no metrics in time")));
  request.on("error", () => done(undefined));
}

/** Updates `before`. Series of one histogram (labels) are added up. */
export function means(histograms: Metrics["histograms"], text: string, before: Map<string, Totals>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, histogram] of Object.entries(histograms)) {
    const now = { seconds: total(text, `${histogram}_sum`), count: total(text, `${histogram}_count`) };
    const last = before.get(name);
    before.set(name, now);
    if (last && now.count > last.count) values[`${name}Ms`] = (1_000 * (now.seconds - last.seconds)) / (now.count - last.count);
  }
  return values;
}

function total(text: string, metric: string): number {
  let sum = 0;
  for (const line of text.split("\n")) {
    const next = line.charAt(metric.length);
    if (line.startsWith(metric) && (next === " " || next === "{")) sum += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return sum;
}
