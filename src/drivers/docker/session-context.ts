// What every part of one Docker session shares.
import type { Build } from "../../model/stack.ts";
import type { Engine } from "./engine.ts";
import type { Entered } from "./entered.ts";
import type { Powers } from "./powers.ts";
import type { KeyPair } from "./ssh-key.ts";

export interface SessionOptions {
  readonly images: {
    readonly toolbox: string;
    /** Needed by stacks with a load. */
    readonly k6?: string | undefined;
    of(build: Build): string;
  };
  /** Compiled agent and keeper: `agent/main.js` and `keeper/main.js` lie in it. */
  readonly agentFolder: string;
  /** The stack outlives the `stop` of its worlds; close() removes it. */
  readonly keep: boolean;
  /** Letters, digits and dashes; part of every name. */
  readonly session: string;
}

export interface SessionContext {
  readonly options: SessionOptions;
  readonly engine: Engine;
  readonly key: KeyPair;
}

export interface RunIdentity {
  readonly id: string;
  /** This process's monotonic reading (process.hrtime.bigint) at offset 0 of the run. */
  readonly originNs: bigint;
  /** For the probes' schedules; 1 where none is given. */
  readonly seed?: number;
  /** Of the agents of this run; nothing beyond the usual where none are given. */
  readonly powers?: Powers;
  /** Of a target that is attached: beside whom agents stand; beside nobody where none are given. */
  readonly entered?: Entered;
}
