// Reads the thresholds out of the summary that k6 exports at its end: the only place where it says how it judged them.
import type { Threshold } from "../../model/record.ts";

/** Undefined where the text is no summary. k6 writes `true` for a threshold that was crossed. */
export function thresholdsIn(text: string): readonly Threshold[] | undefined {
  let summary: unknown;
  try {
    summary = JSON.parse(text);
  } catch {
    return undefined;
  }
  const metrics = field(summary, "metrics");
  if (metrics === undefined) return undefined;
  return Object.entries(metrics).flatMap(([metric, values]) =>
    Object.entries(field(values, "thresholds") ?? {}).map(([expression, crossed]): Threshold => {
      const value = valueOf(values, expression);
      return { metric, expression, crossed: crossed === true, sampled: isSampled(values), ...(value === undefined ? {} : { value }) };
    }),
  );
}

const field = (value: unknown, name: string): object | undefined => {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "object" && found !== null ? found : undefined;
};

/** Without a sample every figure is zero. A counter at zero says something all the same: nothing was counted. */
function isSampled(values: unknown): boolean {
  if (typeof values !== "object" || values === null) return false;
  return "count" in values || Object.values(values).some((value) => typeof value === "number" && value !== 0);
}

/** What "p(95)<200" is about, where the summary has it; a rate stands there as `value`. */
function valueOf(values: unknown, expression: string): number | undefined {
  const name = /^[a-z]+(\([\d.]+\))?/u.exec(expression.trim())?.[0] ?? "";
  if (typeof values !== "object" || values === null) return undefined;
  const found: unknown = Reflect.get(values, name) ?? Reflect.get(values, "value");
  return typeof found === "number" ? found : undefined;
}
