// A plan of a stack that breaks, asks and predicts nothing: tests add what they are about, and a new field of a plan is one line here.
import type { Plan } from "../../src/model/plan.ts";
import type { Stack } from "../../src/model/stack.ts";

export const barePlan = (stack: Stack): Plan => ({
  version: 1,
  title: "bare",
  file: "bare.yaml",
  stack,
  phases: { baselineMs: 1_000, faultMs: 1_000, recoveryMs: 1_000 },
  faults: [],
  changes: [],
  witnesses: [],
  probes: [],
  signals: [],
  predictions: [],
  aborts: [],
  expect: { verdict: "confirmed", because: undefined },
  budget: [],
  needs: [],
  warnings: [],
  smoke: false,
  alpha: 1e-3,
});
