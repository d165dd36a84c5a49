// Witness of a squeezed processor: the same work by a process of ours inside the group and by another outside it, the processor time that the group has used, its quota as the kernel says it, and how often that held it back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArmedChange } from "../../model/identity.ts";
import type { Witness } from "../../model/witness.ts";
import { quotaFolderOf } from "../bind.ts";
import { waitedIn } from "../pressure.ts";
import { quotaUsIn, readQuota, readThrottling } from "../quota.ts";
import type { Running } from "../session.ts";
import { moveProcess } from "../hand-down.ts";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import { collectRows } from "./rows.ts";
import type { WitnessContext } from "./start-witness.ts";

/** No multiple of the 100 ms after which a quota is filled up again: in step with those, work of 5 ms was done each time before it was used up. It takes some 20 ms, two per cent of a processor. */
const everyMs = 1_030;
/** USER_HZ, the same in every kernel that Linux ships. */
const tickMs = 10;

export async function startCpuWitness(
  witness: Extract<Witness, { readonly kind: "cpu" }>,
  armed: readonly ArmedChange[],
  context: WitnessContext,
): Promise<Running> {
  const found = armed.find(({ change }) => witness.changes.includes(change.id));
  const quota = found?.at.quota;
  if (!found || !quota) throw new Error(`witness ${witness.id} was given no armed quota`);
  const place = { version: quota.version, folder: quotaFolderOf(quota) };
  const program = fileURLToPath(import.meta.url).replace(/cpu\.(ts|js)$/u, "work-child.$1");
  await using starting = new AsyncDisposableStack();
  const worker = (): AskedChild => starting.adopt(startAskedChild(program, []), (child) => child.end());
  const [inside, outside] = [worker(), worker()];
  // The first sums are slow: the program has yet to be compiled.
  for (let warm = 0; warm < 3; warm += 1) await Promise.all([inside.ask(), outside.ask()]);
  moveProcess(inside.pid, place.folder);
  const rows = collectRows(witness.id, context);
  const { clock } = context;
  const acting = (): boolean => context.changes.firedAt(found.change.id) !== undefined;
  // Work counts for the time at which it began; what was caught by the fault or the undo speaks for neither time.
  const work = async (child: AskedChild, name: "workMs" | "bystanderMs"): Promise<void> => {
    const [at, before] = [clock.now(), acting()];
    const tookMs = await child.ask();
    if (tookMs !== undefined && before === acting()) rows.add(at, { [name]: tookMs });
  };
  const take = (): void => {
    rows.add(clock.now(), {
      usedMs: usedMs(place.folder),
      quotaUs: quotaUsIn(readQuota(place)),
      ...readThrottling(place),
      ...waitedIn(place.folder, "cpu"),
    });
    if (!inside.busy) void work(inside, "workMs");
    if (!outside.busy) void work(outside, "bystanderMs");
  };
  take();
  const timer = setInterval(take, everyMs);
  const workers = starting.move();
  return {
    stop: async () => {
      clearInterval(timer);
      await workers.disposeAsync();
      rows.flush();
    },
  };
}

/** Processor time of all that are in the group now: it falls when one of them ends. */
function usedMs(folder: string): number {
  const pids = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * tickMs, 0);
}

function ticksOf(pid: string): number {
  try {
    return ticksIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return 0;
  }
}

/** Fields 14 and 15 of /proc/PID/stat, user and system; the command in brackets may hold blanks. */
export function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
