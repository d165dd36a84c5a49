// Witness of squeezed memory: the limit itself, how much of it is used and by page cache, how often the group wanted more, and what it had to read again.
import type { ArmedChange } from "../../model/identity.ts";
import type { Witness } from "../../model/witness.ts";
import { memoryFolderOf } from "../bind.ts";
import { readMemoryUse } from "../memory.ts";
import { waitedIn } from "../pressure.ts";
import type { Running } from "../session.ts";
import { collectRows } from "./rows.ts";
import type { WitnessContext } from "./start-witness.ts";

const everyMs = 500;

export function startMemoryWitness(
  witness: Extract<Witness, { readonly kind: "memory" }>,
  armed: readonly ArmedChange[],
  context: WitnessContext,
): Running {
  const memory = armed.find(({ change }) => witness.changes.includes(change.id))?.at.memory;
  if (!memory) throw new Error(`witness ${witness.id} was given no armed memory limit`);
  const place = { version: memory.version, folder: memoryFolderOf(memory) };
  const rows = collectRows(witness.id, context);
  const take = (): void => rows.add(context.clock.now(), { ...readMemoryUse(place), ...waitedIn(place.folder, "memory") });
  take();
  const timer = setInterval(take, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      rows.flush();
    },
  };
}
