// Witness of a disk limit: completed writes of the throttled cgroup, canary writes of ours inside it on the same volume, and a bystander's writes outside it on a sibling volume.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ArmedChange } from "../../model/identity.ts";
import type { Witness } from "../../model/witness.ts";
import { folderOf, volumeFolder } from "../bind.ts";
import { completedWrites } from "../limit.ts";
import { waitedIn } from "../pressure.ts";
import type { Running } from "../session.ts";
import { moveProcess } from "../hand-down.ts";
import { type CanaryWriter, startCanaryWriter } from "./canary-writer.ts";
import { collectRows } from "./rows.ts";
import type { WitnessContext } from "./start-witness.ts";

const everyMs = 1_000;
const bystanderFolder = "/bystander";
/** Under the limit a canary a second would take a share that the target should have: one at the start and one when this share of the hold is over. */
const secondCanaryShare = 0.6;

export async function startDiskWitness(
  witness: Extract<Witness, { readonly kind: "disk" }>,
  armed: readonly ArmedChange[],
  context: WitnessContext,
): Promise<Running> {
  const found = armed.find(({ change }) => witness.changes.includes(change.id));
  const limit = found?.at.limit;
  if (!found || !limit) throw new Error(`witness ${witness.id} was given no armed limit`);
  const place = { version: limit.version, folder: folderOf(limit), device: limit.device } as const;
  await using starting = new AsyncDisposableStack();
  const writerOf = async (path: string): Promise<CanaryWriter> => starting.adopt(await startCanaryWriter(path), (one) => one.close());
  const canary = await writerOf(join(volumeFolder(witness.volume), `.planefault-canary-${process.pid}`));
  moveProcess(canary.pid, place.folder);
  await canary.prepare();
  const bystander = existsSync(bystanderFolder)
    ? await writerOf(join(bystanderFolder, `.planefault-canary-${process.pid}-${found.change.id.replaceAll(/[^A-Za-z0-9-]/gu, "_")}`))
    : undefined;
  await bystander?.prepare();
  const rows = collectRows(witness.id, context);
  const { clock } = context;
  const acting = (): boolean => context.changes.firedAt(found.change.id) !== undefined;
  // A write counts for the time at which it began, since one that is held may end long after. One that began before the fault and was caught by it speaks for neither time.
  const write = async (writer: CanaryWriter, name: "writeMs" | "bystanderMs"): Promise<void> => {
    const at = clock.now();
    const before = !acting();
    const tookMs = await writer.write();
    if (tookMs !== undefined && !(before && acting())) rows.add(at, { [name]: tookMs });
  };
  const due = canarySchedule(found.change.endMs - found.change.startMs);
  const take = (): void => {
    const ios = completedWrites(place);
    // The kernel lists a device only after its first write, so no line means none.
    rows.add(clock.now(), { ios: ios ?? 0, ...waitedIn(place.folder, "io") });
    if (!canary.busy && due(clock.now(), context.changes.firedAt(found.change.id))) void write(canary, "writeMs");
    if (bystander && !bystander.busy) void write(bystander, "bystanderMs");
  };
  take();
  const timer = setInterval(take, everyMs);
  const writers = starting.move();
  return {
    stop: async () => {
      clearInterval(timer);
      await writers.disposeAsync();
      rows.flush();
    },
  };
}

/** Whether a canary is due at a tick: each one while nothing acts, two while the limit acts. */
export function canarySchedule(holdMs: number): (now: number, firedAt: number | undefined) => boolean {
  let sinceFire = 0;
  return (now, firedAt) => {
    if (firedAt === undefined) {
      sinceFire = 0;
      return true;
    }
    const due = sinceFire === 0 || (sinceFire === 1 && now - firedAt >= holdMs * secondCanaryShare);
    if (due) sinceFire += 1;
    return due;
  };
}
