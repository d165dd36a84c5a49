// Witness of a process that was killed or restarted: whether one of its name lives, and whether it is the one that was armed.
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";
import type { Witness } from "../../model/witness.ts";
import { familiesOf, keyOf, readProcesses } from "../process-table.ts";
import type { Running } from "../session.ts";
import { collectRows } from "./rows.ts";

const everyMs = 100;

export function startLifeWitness(
  witness: Extract<Witness, { readonly kind: "life" }>,
  { armed, processes = [] }: Pick<WitnessCommand, "armed" | "processes">,
  context: WitnessContext,
): Running {
  const identity = armed.find((one) => witness.changes.includes(one.change.id))?.at.process;
  if (!identity) throw new Error(`witness ${witness.id} was given no armed process`);
  const rows = collectRows(witness.id, context);
  let before = keyOf(identity);
  const timer = setInterval(() => {
    const [head] = familiesOf(readProcesses(), processes).get(identity.name) ?? [];
    const now = head ? keyOf(head) : "";
    // One that is shot a moment after it was brought back is not there, however quick its supervisor is.
    rows.add(context.clock.now(), { present: head && now === before ? 1 : 0, sameStart: now === keyOf(identity) ? 1 : 0 });
    before = now;
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      rows.flush();
    },
  };
}
