// A witness proves on the faulted resource itself, by our own sockets, files or /proc, that a fault acts, how strongly, and that it is gone.
// It is never a symptom probe, and a counter alone is never an effect.
import type { Disturbance, Flap, Place, Traffic } from "./op.ts";

type SyncFault = { readonly delayMs: number } | { readonly failEvery: number };

export type Witness =
  /** Canary packets of ours from the peer to a port of ours at the place, on the same path, caught by the same rule. A bystander canary to another port must pass where the rule names a port. */
  | {
      readonly kind: "packets";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly traffic: Traffic;
      /** Milliseconds between two canaries of a kind. */
      readonly everyMs: number;
    }
  /** fdatasync'd canary writes of ours inside the throttled cgroup on the same volume, and completed IOs of the cgroup; a bystander canary on a sibling volume outside the cgroup must not slow down. */
  | {
      readonly kind: "disk";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly volume: string;
      readonly writeIops: number;
    }
  /** The state of the interface as seen inside, and canary packets of ours from a peer on its network, where there is one. */
  | {
      readonly kind: "link";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly network: string;
      readonly peer: Place | undefined;
      readonly flap: Flap | undefined;
    }
  /** Short trains of datagrams of ours to a peer: how fast they arrive once the queue's burst is used up. What leaves by the interface altogether only explains. */
  | {
      readonly kind: "rate";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly network: string;
      readonly peer: Place;
      readonly bitsPerSecond: number;
    }
  /** Numbered canaries of ours from the disturbed side to a peer, whose answers come back undisturbed: how long each took, how often it was answered, and whether later ones overtook it. Those to a bystander on the same network must fare as before. */
  | {
      readonly kind: "disturbance";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly network: string;
      readonly peer: Place;
      /** Undefined where the network has nobody else, or another witness of the change looks at it. */
      readonly bystander: Place | undefined;
      readonly disturbance: Disturbance;
      /** Milliseconds between two canaries to the peer. */
      readonly everyMs: number;
    }
  /** Every fsync and fdatasync of the process as our tracer saw it end: how long it took and whether it failed. No call is no proof. */
  | { readonly kind: "sync"; readonly id: string; readonly changes: readonly string[]; readonly at: Place; readonly asked: SyncFault }
  /** A fixed piece of work by a process of ours inside the squeezed group, the group's processor time, its quota, and how often the kernel held it back; the same work outside the group must not slow down. */
  | { readonly kind: "cpu"; readonly id: string; readonly changes: readonly string[]; readonly at: Place; readonly cpus: number }
  /** The group's own limit as its file says it, how often it was hit, and what became of the page cache. */
  | {
      readonly kind: "memory";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly headroomBytes: number;
    }
  /** /proc/PID/stat says T with the same start time. */
  | { readonly kind: "process"; readonly id: string; readonly changes: readonly string[]; readonly at: Place }
  /** Whether a process of the declared name lives, and whether it is still the one that was armed: "down" means none, "renewed" means another one. */
  | {
      readonly kind: "life";
      readonly id: string;
      readonly changes: readonly string[];
      readonly at: Place;
      readonly asked: "down" | "renewed";
    };

/** The component whose agent sends the witness's canaries; undefined where it sends none. */
export function canarySender(one: Witness): string | undefined {
  switch (one.kind) {
    case "packets":
      return one.traffic.from.component;
    case "link":
      return one.peer?.component;
    case "rate":
    case "disturbance":
      return one.at.component;
    case "disk":
    case "sync":
    case "cpu":
    case "memory":
    case "process":
    case "life":
      return undefined;
  }
}
