// Texts that may be passwords. They stay in memory: plans, journals and reports, like all JSON, know only their hash, by which another value is another plan.
import { createHash } from "node:crypto";

class Hidden {
  /** All that is seen of it where objects are written, compared or printed. */
  readonly hash: string;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  }

  /** For whoever starts something with it, and nobody else. */
  reveal(): string {
    return this.#text;
  }
}

/** By the name of a variable. */
export type HiddenValues = Readonly<Record<string, Hidden>>;

const mapped = <From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

export const hidden = (values: Readonly<Record<string, string>>): HiddenValues => mapped(values, (text) => new Hidden(text));
export const revealed = (values: HiddenValues): Readonly<Record<string, string>> => mapped(values, (value) => value.reveal());
