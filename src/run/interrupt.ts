// Ctrl-C: the first one ends the experiment in good order (undo, audit, stop); the second one is the caller's, who can only say what may be left.
import { EventEmitter } from "node:events";
import { PlanefaultError } from "../model/error.ts";

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `again` is called for each signal after the first. */
export function interruptible(again: () => void, source: EventEmitter = process): Interrupt {
  const controller = new AbortController();
  const listener = (name: unknown): void => {
    if (controller.signal.aborted) return again();
    controller.abort(
      new PlanefaultError("interrupted", `interrupted by ${typeof name === "string" ? name : "a signal"}`, {
        hint: "everything is being undone; once more ends at once and may leave a fault behind",
      }),
    );
  };
  for (const name of signals) source.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) source.off(name, listener);
    },
  };
}
