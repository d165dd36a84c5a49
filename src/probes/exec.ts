// One run of a program at the vantage per sample.
import * as z from "zod";
import { Word } from "../model/text.ts";
import { defineProbe, Json, namedJson, peerOf } from "./kind.ts";

/** A start holds up the prober's event loop for some milliseconds. */
const shortestMs = 100;

export const execProbe = defineProbe("exec", {
  summary: "One run of a program at the vantage per sample",
  options: {
    run: z
      .array(Word.min(1).max(4_000))
      .min(1)
      .max(50)
      .describe("The program and its arguments, without a shell; `{address}` is the component's"),
    expect: Json.optional().describe(
      "JSON that the output must hold: objects may have more keys than named here; `{component}` is the replica's own name",
    ),
  },
  measure: (spec, target, context) => {
    const { run, expect } = spec;
    if (spec.every >= shortestMs)
      return { kind: "exec", peer: peerOf(target), run, expect: expect === undefined ? undefined : namedJson(expect, target.about) };
    context.refuse("every", "out-of-range", "an exec probe starts a program: at most every 100ms");
    return undefined;
  },
});
