// Load that k6 makes beside a run, from a vantage's place on its networks. What it measures arrives as samples of probe instances, so that the judge knows no difference.
import type { HiddenValues } from "./hidden.ts";

export type Load =
  | {
      /** Requests at a constant rate whatever becomes of the answers; the script is ours. */
      readonly kind: "rate";
      readonly vantage: string;
      /** Instances of the plan's probes that k6 samples instead of the vantage's agent. */
      readonly instances: readonly string[];
    }
  | {
      /** A user's own script, unchanged. Only its thresholds are judged: nobody knows how many samples it owes. */
      readonly kind: "script";
      readonly vantage: string;
      /** As the experiment names it. */
      readonly file: string;
      readonly text: string;
      /** `__ENV` of the script. */
      readonly environment: HiddenValues;
      /** Names that the script asks for -> who answers instead; the script's own port where none is given. */
      readonly hosts: Readonly<Record<string, LoadHost>>;
      /** How long a script goes on that says nothing of its length: longer than any run of this plan. */
      readonly longestMs: number;
    };

export interface LoadHost {
  readonly component: string;
  readonly network: string;
  readonly port: number | undefined;
}

/** The container's name among components and vantages. */
export const loadPlace = "load";
