// One fault of a file as a person gets it back: refusals with the option they mark, or sentence, changes and witnesses.
import type { Change } from "../../src/model/op.ts";
import type { Problem } from "../../src/model/problem.ts";
import type { Witness } from "../../src/model/witness.ts";
import { examplePlan, experimentText, load, planned } from "../files/example.ts";

interface CompiledFault {
  readonly sentence: string | undefined;
  readonly changes: readonly Pick<Change, "apply" | "undo" | "holder">[];
  readonly witnesses: readonly Witness[];
  readonly needs: readonly string[];
}

export function compiled(fault: string): CompiledFault {
  const { faults, changes, witnesses, needs } = examplePlan({ faults: `[ ${fault} ]` });
  return {
    sentence: faults[0]?.sentence,
    changes: changes.map(({ apply, undo, holder }) => ({ apply, undo, holder })),
    witnesses,
    needs,
  };
}

/** "etcd-1 -> app on control" for each rule, in their order. */
export const ways = (fault: string): readonly string[] =>
  compiled(fault).changes.map(({ apply }) =>
    "traffic" in apply ? `${apply.traffic.from.component} -> ${apply.at.component} on ${apply.traffic.network}` : apply.op,
  );

/** Each refusal as "code: message", whether the schema or the plan gives it. */
export function refusals(fault: string): readonly string[] {
  const faults = `[ ${fault} ]`;
  const loaded = load(experimentText({ faults }));
  return problemsOf(loaded.ok ? planned({ faults }) : loaded);
}

const problemsOf = (result: { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] }): readonly string[] =>
  result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
