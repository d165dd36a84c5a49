// What one attempt of a probe is: it starts at its instant and either settles once or is cancelled by whoever enforces the deadline.

export interface Reading {
  readonly outcome: "ok" | "wrong" | "failed";
  readonly detail: string | undefined;
}

export type Settle = (reading: Reading) => void;

/** After it was called the attempt never settles and holds no socket. */
export type Cancel = () => void;

/** Starts attempt `n` (1, 2, 3 ...). */
export type StartAttempt = (n: number, settle: Settle) => Cancel;

/** An attempt that other code can hold: settles at most once, and never after it was cancelled. */
export function once(settle: Settle, close: () => void): { readonly settle: Settle; readonly cancel: Cancel } {
  let open = true;
  return {
    settle: (reading) => {
      if (!open) return;
      open = false;
      close();
      settle(reading);
    },
    cancel: () => {
      if (!open) return;
      open = false;
      close();
    },
  };
}

/** "ECONNREFUSED" where there is a code: rows are many, so their words are few. */
export function errorWord(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message.slice(0, 80);
}

/** The beginning of what somebody said, in one line. */
export function printable(bytes: Buffer): string {
  return bytes
    .toString("latin1", 0, 40)
    .replaceAll(/[^\u0020-\u007e]+/gu, " ")
    .trim();
}
