// What a stack must be like to serve another run: as it was at first, but for the processes that a run's own fault has renewed. That excuse ends with its run, whose last digest says who they are from then on.
import { type Digest, difference, renewedBy } from "../../model/digest.ts";
import type { Change } from "../../model/op.ts";

export class CleanState {
  #clean: Digest;
  #renewed: ReadonlySet<string> = new Set();

  constructor(first: Digest) {
    this.#clean = first;
  }

  /** From its shot on, and not from its arming: a run that never fires excuses nobody. */
  shot(change: Pick<Change, "apply">): void {
    this.#renewed = new Set([...this.#renewed, ...renewedBy([change])]);
  }

  /** A digest of the run under way. A process that is missing is no successor. */
  saw(digest: Digest): void {
    const successors = [...this.#renewed].flatMap((key) => {
      const value = digest[key];
      return value === undefined || this.#clean[key] === undefined ? [] : [[key, value] as const];
    });
    this.#clean = { ...this.#clean, ...Object.fromEntries(successors) };
  }

  endRun(): void {
    this.#renewed = new Set();
  }

  /** Undefined: nothing is different. */
  firstDifference(digest: Digest): string | undefined {
    return difference(this.#clean, digest)[0]?.key;
  }
}
