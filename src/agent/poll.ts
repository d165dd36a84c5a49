// Waits for a state that the kernel, a tool or a supervisor is to bring about, and says what was waited for.
import { setTimeout as pause } from "node:timers/promises";

const shortestMs = 2;

/** `what` ends the usual sentence, or says, as a function, all of it when the time is up. */
export async function poll(
  what: string | (() => string),
  deadlineMs: number,
  check: () => boolean | Promise<boolean>,
  everyMs = shortestMs,
): Promise<void> {
  const endAt = performance.now() + deadlineMs;
  while (!(await check())) {
    if (performance.now() > endAt) throw new Error(typeof what === "string" ? `waited ${deadlineMs} ms for ${what}` : what());
    await pause(everyMs);
  }
}
