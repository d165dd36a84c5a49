// Witness of a stopped process: what /proc says of this very process (pid and start time).
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";
import type { Witness } from "../../model/witness.ts";
import { readProcess } from "../process-table.ts";
import type { Running } from "../session.ts";
import { collectRows } from "./rows.ts";

const everyMs = 100;

export function startProcessWitness(
  witness: Extract<Witness, { readonly kind: "process" }>,
  command: WitnessCommand,
  context: WitnessContext,
): Running {
  const identity = command.armed.find((armed) => witness.changes.includes(armed.change.id))?.at.process;
  if (!identity) throw new Error(`witness ${witness.id} was given no armed process`);
  const rows = collectRows(witness.id, context);
  const timer = setInterval(() => {
    const row = readProcess(identity.pid);
    const same = row?.startTicks === identity.startTicks;
    rows.add(context.clock.now(), { stopped: same && row.state === "T" ? 1 : 0, sameStart: same ? 1 : 0 });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      rows.flush();
    },
  };
}
