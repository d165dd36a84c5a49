// Whose undo is owed: the changes that may be acting right now. A change stands here from before its shot until its end was seen. The ledger on a disk is the keeper's.
import type { Change } from "../model/op.ts";

export class Owed {
  /** All that may have been shot in this run, undone or not. */
  readonly shot: Change[] = [];
  /** In the order of their shots. */
  readonly #open: Change[] = [];
  readonly #notProved = new Map<string, string>();
  readonly #givenUp = new Set<string>();

  /** Before the lease is taken: whatever happens from here on, its undo is owed. */
  add(change: Change): void {
    this.shot.push(change);
    this.#open.push(change);
  }

  has(change: Change): boolean {
    return this.#open.includes(change);
  }

  /** Its end was seen, or it is certain that it never acted. */
  settle(change: Change): void {
    const place = this.#open.indexOf(change);
    if (place !== -1) this.#open.splice(place, 1);
    this.#notProved.delete(change.id);
  }

  doubt(change: Change, why: string): void {
    this.#notProved.set(change.id, why);
  }

  /** Asking once more would bring the same refusal. It stays unproved. */
  giveUp(change: Change, why: string): void {
    this.#givenUp.add(change.id);
    this.doubt(change, why);
  }

  /** Last shot first. */
  changes(): readonly Change[] {
    return this.#open.filter((change) => !this.#givenUp.has(change.id)).toReversed();
  }

  notProved(): readonly string[] {
    return this.#open.map(
      (change) =>
        `${change.id} (${change.undo.op} on ${change.undo.at.component}): ${this.#notProved.get(change.id) ?? "its undo was never reached"}`,
    );
  }
}
