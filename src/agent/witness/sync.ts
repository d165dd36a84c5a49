// Witness of held or failing syncs: each sync of the process as our tracer saw it end, whether it is traced at all, and whether it is halted. Before the fault nobody looks at its syncs, since looking is what slows it down.
import type { Witness } from "../../model/witness.ts";
import { readProcess } from "../process-table.ts";
import type { Running } from "../session.ts";
import { isTraced } from "../tracer.ts";
import { collectRows } from "./rows.ts";
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";

const everyMs = 200;

export function startSyncWitness(
  witness: Extract<Witness, { readonly kind: "sync" }>,
  command: WitnessCommand,
  context: WitnessContext,
): Running {
  const found = command.armed.find((armed) => witness.changes.includes(armed.change.id));
  const identity = found?.at.process;
  if (!found || !identity) throw new Error(`witness ${witness.id} was given no armed process`);
  const rows = collectRows(witness.id, context);
  const timer = setInterval(() => {
    const row = readProcess(identity.pid);
    const calls = context.changes.takeCalls(found.change.id);
    rows.add(context.clock.now(), {
      traced: isTraced(identity.pid) ? 1 : 0,
      halted: row?.state === "T" || row?.state === "t" ? 1 : 0,
      sameStart: row?.startTicks === identity.startTicks ? 1 : 0,
      calls: calls.length,
      failed: calls.filter(({ failed }) => failed).length,
      ...(calls.length === 0 ? {} : { shortestMs: Math.min(...calls.map(({ tookMs }) => tookMs)) }),
    });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      rows.flush();
    },
  };
}
