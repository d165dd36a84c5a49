// A target as the drivers see it: variant applied, replicas expanded, durations in milliseconds, every name resolved. Written by `files`, run by `drivers`.

export interface Stack {
  readonly name: string;
  readonly variant: string | undefined;
  readonly description: string;
  /** Folder of target.yaml: build contexts are relative to it. */
  readonly folder: string;
  readonly networks: readonly string[];
  readonly components: readonly Component[];
  readonly vantages: readonly Vantage[];
  readonly roles: readonly Role[];
  readonly edges: readonly Edge[];
}

/** One container. `name` is unique: "etcd-1" for replicas, the service's own name where there is one. */
export interface Component {
  readonly name: string;
  readonly service: string;
  /** 1-based. */
  readonly index: number;
  /** Build context relative to the target's folder. */
  readonly build: string;
  readonly networks: readonly string[];
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[] | undefined;
  readonly capabilities: readonly string[];
  readonly healthcheck: Healthcheck | undefined;
  /** Named processes; each gets a leaf cgroup of its own at target start. The first one is what a fault `on:` the component means. */
  readonly processes: readonly { readonly name: string; readonly exe: string }[];
  /** Where the component shows its own Prometheus metrics, and which of them stand beside the probes as evidence. */
  readonly metrics?: Metrics | undefined;
}

export interface Metrics {
  readonly port: number;
  readonly path: string;
  /** Name in the report -> histogram in seconds; shown as the mean of the last interval in milliseconds. */
  readonly histograms: Readonly<Record<string, string>>;
}

export interface Healthcheck {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** A toolbox container from which probes look and runbook steps act. */
export interface Vantage {
  readonly name: string;
  readonly networks: readonly string[];
  /** A probe sends ICMP echoes from here, which takes raw sockets. */
  readonly pings?: true;
}

/** A role is brought to one replica before each run and verified there. `exec` prints `expect` on the replica that has the role. */
export interface Role {
  readonly name: string;
  readonly of: string;
  readonly at: string;
  readonly exec: readonly string[];
  readonly expect: string;
  /** Run on `at` until `exec` prints `expect`. */
  readonly bring: readonly string[] | undefined;
}

/** Who talks to whom over which network. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly network: string;
}
