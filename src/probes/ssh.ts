// One SSH session per sample: connect, authenticate, run a command.
import * as z from "zod";
import { Word } from "../model/text.ts";
import { defineProbe, endpointAt } from "./kind.ts";

export const sshProbe = defineProbe("ssh", {
  summary: "One SSH session per sample: connect, authenticate, run a command",
  options: {
    run: z
      .array(Word.min(1).max(4_000))
      .min(1)
      .max(20)
      .describe("The command and its arguments; each word is quoted, so the far shell reads it as it is"),
    port: z.int().min(1).max(65_535).default(22).describe("The port of sshd"),
    expect: z.string().min(1).max(200).optional().describe("What the command's output must contain"),
  },
  measure: (spec, target) => ({ kind: "ssh", endpoint: endpointAt(target, spec.port), run: spec.run, expect: spec.expect }),
});
