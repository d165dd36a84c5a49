// What becomes of one prediction alone, in words, and the behaviours that its tests share.
import { judge } from "../../src/judge/judge.ts";
import type { Prediction } from "../../src/model/plan.ts";
import { type Behaviour, type Script, calm, diskPressure, journal, predictions, times } from "./journal-builder.ts";

export const during =
  (
    plane: string,
    seen: readonly [number, "ok" | "wrong" | "failed" | "late"],
    from: number = times.fault,
    to: number = times.undone,
  ): Behaviour =>
  (probe, at, random) =>
    probe.plane === plane && at >= from && at < to ? seen : calm(probe, at, random);
export function only(prediction: Prediction, script: Script = {}) {
  const [verdict] = judge(journal({ ...script, plan: { ...diskPressure, predictions: [prediction] } })).predictions;
  return `${verdict?.outcome}: ${verdict?.observed}`;
}
export const lasting =
  (ms: number, from: number = times.fault) =>
  (at: number): boolean =>
    at >= from && at < from + ms;
/** Banners that are asked for as seldom as logins, and refused at times. */
export const seldom = (refused: (at: number) => boolean, prediction: Prediction = predictions.management, everyMs = 800) => {
  const probes = diskPressure.probes.map((probe) => (probe.name === "ssh-banner" ? { ...probe, everyMs, tolerance: 0.3 } : probe));
  const behaviour: Behaviour = (probe, at, random) =>
    probe.plane === "management" && refused(at) ? [3, "failed"] : calm(probe, at, random);
  const [verdict] = judge(journal({ plan: { ...diskPressure, probes, predictions: [prediction] }, behaviour })).predictions;
  return `${verdict?.outcome}: ${verdict?.observed}`;
};
