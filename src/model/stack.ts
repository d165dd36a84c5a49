// A target as the drivers see it: variant applied, replicas expanded, durations in milliseconds, every name resolved. Written by `files`, run by `drivers`.
import type { HiddenValues } from "./hidden.ts";

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
  /** Components that faults may touch; undefined: all. Vantages are planefault's own and always may be. */
  readonly allow?: readonly string[] | undefined;
  /** Values that no component is started with by name, and that are hidden all the same: variables of a Compose project, and what its secrets hold. */
  readonly given?: HiddenValues | undefined;
  /** The vantage beside which k6 makes load, in a container of its own on the same address. */
  readonly load?: string | undefined;
  /** Its components run already and are somebody else's. */
  readonly attach?: Attach | undefined;
}

export type Labels = Readonly<Record<string, string>>;

/** How containers are found that planefault neither starts nor stops. */
export interface Attach {
  /** "the Compose project shop", for sentences. */
  readonly what: string;
  /** service -> labels that each of its containers has. */
  readonly services: Readonly<Record<string, Labels>>;
  /** network -> its name in the engine, or its labels there. */
  readonly networks: Readonly<Record<string, { readonly name: string } | { readonly labels: Labels }>>;
}

/** What has to be built or be there before the stack can start; nothing for one that runs already. */
export const buildsOf = ({ components }: Pick<Stack, "components">): readonly Build[] => components.flatMap(({ build }) => build ?? []);

/** One container. `name` is unique: "etcd-1" for replicas, the service's own name where there is one. */
export interface Component {
  readonly name: string;
  readonly service: string;
  /** 1-based. */
  readonly index: number;
  /** Undefined: its container runs already. */
  readonly build: Build | undefined;
  readonly networks: readonly string[];
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  readonly environment: HiddenValues;
  readonly command: readonly string[] | undefined;
  readonly capabilities: readonly string[];
  readonly healthcheck: Healthcheck | undefined;
  /** Named processes; each gets a leaf cgroup of its own at target start. The first one is what a fault `on:` the component means. */
  readonly processes: readonly ComponentProcess[];
  /** Where the component shows its own Prometheus metrics, and which of them stand beside the probes as evidence. */
  readonly metrics?: Metrics | undefined;
  /** What only a component from a Compose file has. */
  readonly composed?: Composed | undefined;
}

interface ComponentProcess {
  readonly name: string;
  readonly exe: string;
  /** Somebody in the component brings it back when it ends; only such processes are ended. */
  readonly supervised?: true;
}

/** Where an image comes from: a build context relative to the target's folder, the same with options of Compose, or an image that the engine has. */
export type Build = string | ComposeBuild | { readonly image: string };

export const isNamed = (build: Build): build is { readonly image: string } => typeof build !== "string" && "image" in build;

export interface ComposeBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: HiddenValues;
  /** Image that a FROM names -> folder of the target that builds what stands in for it. */
  readonly bases: Readonly<Record<string, string>>;
}

export interface Composed {
  readonly entrypoint: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly workingFolder: string | undefined;
  readonly hostname: string | undefined;
  /** Other names of the component, by network. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly copies: readonly Copy[];
  readonly after: readonly { readonly service: string; readonly until: "started" | "healthy" }[];
}

/** A file or folder of the target's folder that is copied into the container before it starts. */
export interface Copy {
  readonly kind: "file" | "folder";
  /** Relative to the target's folder. */
  readonly source: string;
  readonly path: string;
  /** Hash of what was there when the target was read: another content is another stack. */
  readonly content: string;
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
