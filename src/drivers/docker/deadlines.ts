// How long the harness waits for an answer of an agent or of the keeper. Each is longer than what they themselves wait for meanwhile, so that whoever knows more gives up first and says why,
// and shorter than the second fence (run/deadline.ts). test/drivers/docker/deadlines.test.ts holds both.

/** How long agents and keeper wait for the first word before they end: longer than a target may take to start, since they are greeted when it is healthy. */
export const firstWordMs = 1_000_000;
export const firstWordEnvironment = { PLANEFAULT_FIRST_WORD_MS: String(firstWordMs) } as const;

export const answerDeadlinesMs = {
  split: 10_000,
  bind: 15_000,
  arm: 15_000,
  /** To start probes, witnesses and load. */
  observe: 20_000,
  digest: 15_000,
  /** Of a shot, which takes itself back where it fails, and of an undo, which may have to wait for a supervisor. */
  act: 9_000,
  keeper: 8_000,
  /** Beside the longest deadline of a probe: samples under way are waited for. */
  quiet: 15_000,
  /** Undoes all that still acts, and closes every tool. */
  disarm: 36_000,
  bye: 2_000,
} as const;
