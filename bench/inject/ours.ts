// One shot by planefault, as a run makes it: leased, scheduled, and undone by an order when its time is over.
import type { Plan } from "../../src/model/plan.ts";
import type { Answer } from "../../src/model/world.ts";
import { sightOf, type TimedFault } from "./faults.ts";
import { ours, type Shot } from "./figures.ts";
import type { Setting } from "./setting.ts";
import { spanIn } from "./span.ts";

/** From the order to the shot, as in a run (run/fire-schedule.ts). */
const leadMs = 200;

export async function shootOurs(
  { world, clock, stopwatch, place }: Setting,
  { timed, plan }: { readonly timed: TimedFault; readonly plan: Plan },
  askedMs: number,
): Promise<Shot> {
  const [armed] = await world.arm(plan);
  if (!armed) throw new Error(`${timed.name} has no change`);
  const ids = plan.changes.map(({ id }) => id);
  try {
    const { rows, value } = await stopwatch.during(sightOf(timed.seen, place, armed), async () => {
      for (const id of ids) await world.lease(id);
      const dueMs = clock.now() + leadMs;
      const fired = await Promise.all(ids.map((id) => world.fire(id, dueMs)));
      await clock.until(dueMs + askedMs);
      const orderedMs = clock.now();
      const undone: Answer[] = [];
      for (const id of ids.toReversed()) undone.push(await world.undo(id));
      const answeredMs = clock.now();
      for (const id of ids) await world.release(id);
      for (const answer of [...fired, ...undone]) if (answer.answer !== "done") throw new Error(`${timed.name}: ${answer.detail}`);
      return { dueMs, end: { orderedMs, answeredMs } };
    });
    const ends = timed.endedBy === undefined ? { askedMs, end: value.end } : { askedMs: undefined, end: undefined };
    return { tool: ours, fault: timed.name, dueMs: value.dueMs, ...ends, span: spanIn(rows) };
  } finally {
    await world.disarm();
  }
}
