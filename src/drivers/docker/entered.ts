// Whom a run has to stand beside, from its plan alone: of somebody else's containers nobody else is entered.
import type { Op } from "../../model/op.ts";
import type { Plan } from "../../model/plan.ts";
import type { Witness } from "../../model/witness.ts";

export interface Entered {
  /** Where changes act. */
  readonly acts: readonly string[];
  /** Where canaries come from or arrive, and no change acts: no power is needed there. */
  readonly looks: readonly string[];
}

export function enteredBy({ changes, witnesses }: Pick<Plan, "changes" | "witnesses">): Entered {
  const acts = new Set(changes.map(({ apply }) => apply.at.component));
  const looks = new Set([...changes.flatMap(({ apply }) => peersOf(apply)), ...witnesses.flatMap(endsOf)]);
  return { acts: [...acts].toSorted(), looks: [...looks].filter((name) => !acts.has(name)).toSorted() };
}

const peersOf = (op: Op): readonly string[] => ("traffic" in op ? [op.traffic.from.component] : []);

const endsOf = (witness: Witness): readonly string[] => [
  witness.at.component,
  ...("traffic" in witness ? [witness.traffic.from.component] : []),
  ...("peer" in witness && witness.peer ? [witness.peer.component] : []),
];
