// The journal's records. Everything after a run is computed from these, so they are validated when read back. `at` is milliseconds since the start of the run.
import * as z from "zod";
import { Digest } from "./digest.ts";
import { ArmedChange } from "./identity.ts";
import type { Plan } from "./plan.ts";

/**
 * `hold` begins at the instant of the first shot (offset 0 of all times in a plan, also where nothing is fired) and ends, like the fault span, where `undo` begins.
 * The recovery span is `undo` end .. `recover` end. `baseline` may begin again when it was not steady: its last begin counts.
 */
export const Phase = z.enum(["plan", "start", "arm", "baseline", "fire", "hold", "undo", "recover", "audit", "stop"]);
export type Phase = z.output<typeof Phase>;

/** `missed`: the prober could not keep up, which is its own fault. `late`: no answer before the deadline. */
export const Outcome = z.enum(["ok", "wrong", "failed", "late", "missed"]);
export type Outcome = z.output<typeof Outcome>;

/** [scheduled at, milliseconds it took, outcome, what went wrong]. A late sample took its deadline. */
export const Sample = z.tuple([z.number(), z.number(), Outcome, z.string().optional()]);
export type Sample = z.output<typeof Sample>;

/** [scheduled at, milliseconds it took, claim, detail] */
export const ClaimRow = z.tuple([z.number(), z.number(), z.enum(["healthy", "unhealthy", "silent"]), z.string().optional()]);
export type ClaimRow = z.output<typeof ClaimRow>;

/** [at, what was measured, by name]. packets: sent, received, bystanderSent, bystanderReceived (since the last row), on any protocol connectionSent, connectionReceived beside datagrams. disk: writeMs (canary), bystanderMs, ios (completed, cumulative). process: stopped 0|1, sameStart 0|1. life: present 0|1 (it lived since the last row), sameStart 0|1. */
export const WitnessRow = z.tuple([z.number(), z.record(z.string(), z.number())]);
export type WitnessRow = z.output<typeof WitnessRow>;

/** A threshold of a load's script, as k6 judged it at its end; without a sample it calls any held. `value` is what it was about, where k6 says so. */
export const Threshold = z.strictObject({
  metric: z.string(),
  expression: z.string(),
  crossed: z.boolean(),
  sampled: z.boolean(),
  value: z.number().optional(),
});
export type Threshold = z.output<typeof Threshold>;

/** The code of an error that is none: no baseline was steady, so nothing was injected. */
export const unsteadyCode = "unsteady-baseline";

const at = z.number();
export const JournalRecord = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("run"),
    at,
    version: z.literal(1),
    run: z.string(),
    seed: z.int(),
    world: z.string(),
    startedAt: z.string(),
    plan: z.custom<Plan>((value) => typeof value === "object" && value !== null && "version" in value && value.version === 1),
  }),
  z.strictObject({ type: z.literal("phase"), at, phase: Phase, edge: z.enum(["begin", "end"]) }),
  z.strictObject({ type: z.literal("armed"), at, armed: ArmedChange }),
  z.strictObject({ type: z.literal("lease"), at, change: z.string(), state: z.enum(["taken", "ended"]) }),
  /** `doneAt` is the agent's own reading when the op had been carried out; an op whose answer is lost counts as applied. */
  z.strictObject({
    type: z.literal("fired"),
    at,
    change: z.string(),
    scheduledAt: z.number(),
    doneAt: z.number().optional(),
    answer: z.enum(["done", "lost", "refused"]),
    detail: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("undone"),
    at,
    change: z.string(),
    doneAt: z.number().optional(),
    answer: z.enum(["done", "lost", "refused"]),
    detail: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("samples"), at, instance: z.string(), rows: z.array(Sample) }),
  z.strictObject({ type: z.literal("claims"), at, instance: z.string(), rows: z.array(ClaimRow) }),
  z.strictObject({ type: z.literal("witness"), at, witness: z.string(), rows: z.array(WitnessRow) }),
  /** The vantage's own twin: worst delay of its event loop and of a loopback echo since the last row, in milliseconds. */
  z.strictObject({ type: z.literal("twin"), at, vantage: z.string(), rows: z.array(z.tuple([z.number(), z.number(), z.number()])) }),
  /** Counters beside the probes: explanation, never proof. */
  z.strictObject({ type: z.literal("evidence"), at, component: z.string(), values: z.record(z.string(), z.number()) }),
  /** The end of k6: when it was told to, or early by itself. Without `thresholds` it left no summary. `detail` is how it ended and its last words. */
  z.strictObject({
    type: z.literal("load"),
    at,
    end: z.enum(["told", "early"]),
    detail: z.string(),
    iterations: z.number(),
    dropped: z.number(),
    thresholds: z.array(Threshold).optional(),
  }),
  z.strictObject({ type: z.literal("digest"), at, when: z.enum(["before", "after"]), digest: Digest }),
  /** `interrupted`: by somebody from outside, not by a condition of the experiment. */
  z.strictObject({ type: z.literal("aborted"), at, reason: z.string(), interrupted: z.literal(true).optional() }),
  z.strictObject({ type: z.literal("error"), at, phase: Phase, code: z.string(), message: z.string() }),
  z.strictObject({ type: z.literal("end"), at }),
]);
export type JournalRecord = z.output<typeof JournalRecord>;
export type RecordOf<Type extends JournalRecord["type"]> = Extract<JournalRecord, { readonly type: Type }>;
