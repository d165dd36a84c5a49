// What a fault kind is: options, a sentence and a compiler. Kinds perform nothing. Parsing binds the spec to its compiler, so the union of kinds needs no look-up.
import * as z from "zod";
import { Duration } from "./duration.ts";
import type { Holder, Op } from "./op.ts";
import type { Need } from "./plan.ts";
import type { ProblemCode } from "./problem-code.ts";
import type { Stack } from "./stack.ts";
import type { Witness } from "./witness.ts";

/** Replicas that `on:` or another selector stands for; an unknown name is a refusal at that option's place in the file. */
export interface CompileContext {
  readonly stack: Stack;
  /** "etcd" -> etcd-1..3; "etcd-1"; "etcd@leader" -> the replica to which the role is brought; "node1/kube-proxy" keeps its process; "user" a vantage. */
  places(selector: string, option: string): readonly ResolvedPlace[];
  /** Networks that both components are on. */
  sharedNetworks(one: string, other: string): readonly string[];
  refuse(option: string, code: ProblemCode, message: string): void;
}

export interface ResolvedPlace {
  readonly component: string;
  readonly process?: string;
}

/** A change before the plan gives it id, times and lease. */
export interface CompiledChange {
  readonly apply: Op;
  readonly undo: Op;
  readonly holder: Holder;
}

export type CompiledWitness = Witness extends infer W
  ? W extends Witness
    ? Omit<W, "id" | "changes" | "everyMs"> & { readonly change: number }
    : never
  : never;

export interface Compiled {
  readonly changes: readonly CompiledChange[];
  /** `change` is the index of the change in `changes` that it watches. */
  readonly witnesses: readonly CompiledWitness[];
  readonly needs: readonly Need[];
}

export interface BoundFault {
  readonly kind: string;
  readonly atMs: number | undefined;
  readonly forMs: number | undefined;
  explain(): string;
  compile(context: CompileContext): Compiled;
}

const when = {
  at: Duration.optional().describe("Start, counted from the start of the fault phase; by default at once"),
  for: Duration.optional().describe("How long it lasts; by default to the end of the fault phase"),
};

const specSchema = <const Kind extends string, Options extends z.ZodRawShape>(kind: Kind, options: Options) =>
  z.strictObject({ kind: z.literal(kind), ...when, ...options });
type Spec<Kind extends string, Options extends z.ZodRawShape> = z.output<ReturnType<typeof specSchema<Kind, Options>>>;

export function defineFault<const Kind extends string, Options extends z.ZodRawShape>(
  kind: Kind,
  definition: {
    readonly summary: string;
    readonly options: Options;
    explain(spec: Spec<Kind, Options>): string;
    compile(spec: Spec<Kind, Options>, context: CompileContext): Compiled;
  },
) {
  const schema = specSchema(kind, definition.options)
    .describe(definition.summary)
    .transform((spec): BoundFault => {
      const common = z.looseObject({ at: z.number().optional(), for: z.number().optional() }).parse(spec);
      return {
        kind,
        atMs: common.at,
        forMs: common.for,
        explain: () => definition.explain(spec),
        compile: (context) => definition.compile(spec, context),
      };
    });
  return { kind, summary: definition.summary, schema };
}
