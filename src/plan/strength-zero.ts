// The same experiment with its fault at strength 0: whatever it predicts of the fault must then no longer be confirmed.
import type { Plan } from "../model/plan.ts";

export const atStrengthZero = (plan: Plan): Plan => ({
  ...plan,
  title: `${plan.title}, with its fault at strength 0`,
  faults: [{ kind: "noop", sentence: "break nothing" }],
  changes: [],
  witnesses: [],
  aborts: [],
  expect: { verdict: "confirmed", because: undefined },
});
