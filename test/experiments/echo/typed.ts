// An experiment written in TypeScript: the same words as in YAML, checked by the compiler while they are written, and free to be computed.
import { defineExperiment } from "planefault";

const planes = ["data", "control", "management"] as const;

export default defineExperiment({
  version: 1,
  title: "nothing is broken, and nothing shows (in TypeScript)",
  target: "echo",
  phases: { baseline: "5s", fault: "6s", recovery: "4s" },
  faults: [{ kind: "noop" }],
  predict: { planes: Object.fromEntries(planes.map((plane) => [plane, "unaffected"])) },
});
