// Which symptoms a probe can show, by what it measures: the plan refuses predictions of others, and the judge does not look for them.
import type { Symptom } from "./plan.ts";
import type { Measurement } from "./probe.ts";

export function symptomsOf(measurement: Measurement): readonly Symptom[] {
  const common = ["failing", "slow"] as const;
  switch (measurement.kind) {
    // Only numbers that grow can be stale: elsewhere a slow answer is no old answer.
    case "heartbeat":
      return [...common, "wrong", "stale"];
    // A connection that nobody speaks on says nothing that could be wrong.
    case "tcp":
      return measurement.expect === undefined ? common : [...common, "wrong"];
    case "exec":
      return measurement.expect === undefined ? common : [...common, "wrong"];
    case "http":
    case "udp":
    case "icmp":
    case "dns":
    case "ssh":
      return [...common, "wrong"];
  }
}
