// Collects witness rows and hands them over about once a second: a record per row would cost the journal more than the rows.
import type { WitnessRow } from "../../model/record.ts";
import type { WitnessContext } from "./start-witness.ts";

const flushMs = 1_000;

export interface Rows {
  add(at: number, values: Readonly<Record<string, number>>): void;
  flush(): void;
}

export function collectRows(witness: string, { clock, emit }: Pick<WitnessContext, "clock" | "emit">): Rows {
  let rows: WitnessRow[] = [];
  let flushedAt = clock.now();
  const flush = (): void => {
    flushedAt = clock.now();
    if (rows.length > 0) emit({ type: "witness", at: flushedAt, witness, rows });
    rows = [];
  };
  return {
    add: (at, values) => {
      rows.push([at, values]);
      if (clock.now() - flushedAt >= flushMs) flush();
    },
    flush,
  };
}
