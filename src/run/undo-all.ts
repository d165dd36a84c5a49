// Undoes what may be acting: last shot first, every one of them, each with its own deadline, all errors kept. May be called again: what was seen to end is not touched twice.
import { messageOf } from "../model/error.ts";
import type { Change } from "../model/op.ts";
import type { Answer, World } from "../model/world.ts";
import type { Owed } from "./owed.ts";
import type { RunLog } from "./run-log.ts";

/** A lost answer is asked again, and so is a refusal, which may pass (a busy kernel): undoing is idempotent and checks for itself what it acts on. */
const attempts = 3;

const waits = (change: Change): boolean => change.undo.op === "process.ensure";

/** What waits for a supervisor is begun first and awaited last, and the keeper is told meanwhile: nothing outlives its lease behind a program that is slow, or a keeper that hangs. */
export async function undoAll(world: World, owed: Owed, log: RunLog): Promise<void> {
  const releases: Promise<void>[] = [];
  const undo = async (change: Change): Promise<void> => {
    if (await isUndone(world, owed, log, change)) releases.push(release(world, log, change));
  };
  const changes = owed.changes();
  const waiting = changes.filter(waits).map(undo);
  for (const change of changes.filter((one) => !waits(one))) await undo(change);
  await Promise.all(waiting);
  await Promise.all(releases);
}

export async function undoOne(world: World, owed: Owed, log: RunLog, change: Change): Promise<void> {
  if (await isUndone(world, owed, log, change)) await release(world, log, change);
}

async function isUndone(world: World, owed: Owed, log: RunLog, change: Change): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts && owed.has(change); attempt += 1) {
    const answer = await ask(world, change);
    record(log, change, answer);
    if (answer.answer === "done") {
      owed.settle(change);
      return true;
    }
    if (answer.answer === "refused" && attempt === attempts) owed.giveUp(change, answer.detail);
    else owed.doubt(change, answer.detail);
  }
  return false;
}

async function ask(world: World, change: Change): Promise<Answer> {
  try {
    return await world.undo(change.id);
  } catch (error) {
    return { answer: "lost", detail: messageOf(error) };
  }
}

function record(log: RunLog, change: Change, answer: Answer): void {
  const at = log.clock.now();
  log.record({ type: "undone", at, change: change.id, ...answer });
  log.event({ type: "undone", atMs: at, change: change.id, answer: answer.answer });
}

/** The end was seen, so a keeper that does not answer is no danger: its own undo would find nothing. */
async function release(world: World, log: RunLog, change: Change): Promise<void> {
  try {
    await world.release(change.id).catch(() => world.release(change.id));
    log.record({ type: "lease", at: log.clock.now(), change: change.id, state: "ended" });
  } catch (error) {
    log.failed("undo", error);
  }
}
