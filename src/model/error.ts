// Operating errors: one class, one table of codes. Programmer errors assert and crash. A refuted hypothesis is a value, never an error.

/** code -> exit code of the command that met it. */
const exits = {
  input: 2,
  environment: 4,
  engine: 4,
  target: 4,
  deadline: 4,
  agent: 4,
  "wrong-shot": 4,
  interrupted: 4,
  leak: 5,
} as const;

export type ErrorCode = keyof typeof exits;

export class PlanefaultError extends Error {
  override readonly name = "PlanefaultError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return exits[this.code];
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
