// Probe and signal instances: what an agent at a vantage is told to measure. One instance per replica ("put-flag@app-1").
import type { Plane } from "./plane.ts";

/** A component on one network; the driver binds it to an address when armed. */
export interface Peer {
  readonly component: string;
  readonly network: string;
}

/** Where an instance connects. */
export interface Endpoint extends Peer {
  readonly port: number;
}

export interface HttpRequest {
  readonly endpoint: Endpoint;
  readonly method: "GET" | "PUT" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly body: string | undefined;
  /** The answer must be this status (undefined: any 2xx) and, where given, hold this JSON subset: identity, not just an answer. */
  readonly expect: { readonly status: number | undefined; readonly body: JsonSubset | undefined };
}

export type JsonSubset = string | number | boolean | null | { readonly [key: string]: JsonSubset };

export type Measurement =
  | { readonly kind: "http"; readonly request: HttpRequest; readonly connection: "new" | "reused" }
  | { readonly kind: "tcp"; readonly endpoint: Endpoint; readonly send?: string | undefined; readonly expect: string | undefined }
  /** `{n}` in both is the sample's number: an answer with a lower one came too late, and any other is wrong. */
  | { readonly kind: "udp"; readonly endpoint: Endpoint; readonly send: string; readonly expect: string }
  | { readonly kind: "icmp"; readonly peer: Peer; readonly sizeBytes: number }
  /** Asks the server at `endpoint` for `name`; every address of the answer must be one of `addresses` or of the `components`. */
  | {
      readonly kind: "dns";
      readonly endpoint: Endpoint;
      readonly name: string;
      readonly addresses: readonly string[];
      readonly components: readonly string[];
    }
  /** Runs at the vantage, `{address}` being the peer's; exit code 0 and, where given, this JSON subset on its output. */
  | { readonly kind: "exec"; readonly peer: Peer; readonly run: readonly string[]; readonly expect: JsonSubset | undefined }
  | { readonly kind: "ssh"; readonly endpoint: Endpoint; readonly run: readonly string[]; readonly expect: string | undefined }
  /**
   * Writes n = 1, 2, 3 ... (`{n}` in path or body) and reads at the far end until a number >= n is seen under `field`; a sample's time is write scheduled -> seen.
   * Without `write` the number grows by itself: a sample waits for one larger than the one known when it was scheduled.
   */
  | {
      readonly kind: "heartbeat";
      readonly write: HttpRequest | undefined;
      readonly read: HttpRequest;
      readonly field: string;
      readonly pollMs: number;
    };

interface Schedule {
  /** "put-flag@app-1", or "item-read" where the component has no replicas. */
  readonly instance: string;
  readonly name: string;
  readonly component: string;
  readonly vantage: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
}

export interface ProbeInstance extends Schedule {
  readonly plane: Plane;
  readonly measurement: Measurement;
  /** Absolute share of bad blocks that still counts as unaffected, 0..1. */
  readonly tolerance: number;
  /** No sample below this many milliseconds is called slow. */
  readonly slowFloorMs: number;
}

/** What the system under test claims about its health; never evidence of it. Silent when no answer came before the deadline. */
export interface SignalInstance extends Schedule {
  readonly request: HttpRequest;
  /** Healthy where the answer has this status and JSON subset, unhealthy where it answers anything else. */
  readonly healthy: { readonly status: number | undefined; readonly body: JsonSubset | undefined };
  /** Names of probes of the management plane; of those of users and changes every signal speaks. */
  readonly alsoAbout?: readonly string[];
}
