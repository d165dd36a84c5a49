// The one way in which a container of planefault is created. Extends testcontainers, since its withNetwork leaves a container on the engine's default bridge as well,
// and since it knows no joined namespaces, static addresses or named volumes. Import this file lazily: it pulls testcontainers in.
import { GenericContainer, PullPolicy, StartupCheckStrategy, type StartupStatus } from "testcontainers";
import type { Engine } from "./engine.ts";

/** A bind or a named volume. Mounts and not binds: a missing source is then an error, where a bind would create it. */
export interface Mount {
  readonly type: "bind" | "volume";
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

/** A file or folder of this machine and its path in the container, into which it is copied before the start. */
interface FromHost {
  readonly source: string;
  readonly target: string;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly workingFolder?: string | undefined;
  /** By default the component's name. */
  readonly hostname?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** The first one is joined by the create call, the others before start. Without an address the engine chooses one, as it must on networks that are not ours. */
  readonly networks?: readonly { readonly id: string; readonly name: string; readonly address?: string }[];
  readonly hosts?: readonly string[];
  readonly mounts?: readonly Mount[];
  readonly capabilities: readonly string[];
  /** The container whose network and pid namespaces are joined. */
  readonly join?: string;
  /** The container whose network namespace alone is joined. */
  readonly beside?: string;
  /** Host pid namespace and restart on failure: the keeper only. */
  readonly keeper?: boolean;
  readonly files?: readonly { readonly content: string; readonly target: string }[];
  readonly folders?: readonly FromHost[];
  readonly copiedFiles?: readonly FromHost[];
  /** By default as much as there is. */
  readonly memoryBytes?: number;
  /** A stream is attached before start; its end closes the program's input. */
  readonly attach?: boolean;
  /** The engine removes it when its program ends, also where nobody of ours is left to do it. */
  readonly vanishes?: boolean;
}

/** Waiting is the driver's own business (state, health, last log lines): testcontainers is told that all is well. */
class NoWait extends StartupCheckStrategy {
  override checkStartupState(): Promise<StartupStatus> {
    return Promise.resolve("SUCCESS");
  }
}

const endpointOf = (address: string | undefined) => (address === undefined ? {} : { IPAMConfig: { IPv4Address: address } });

export class TargetContainer extends GenericContainer {
  readonly #engine: Engine;
  readonly #spec: ContainerSpec;
  /** Set once attached: stdout and stderr multiplexed by the engine, stdin written plainly. */
  stream: NodeJS.ReadWriteStream | undefined;
  id: string | undefined;

  constructor(engine: Engine, spec: ContainerSpec) {
    super(spec.image);
    this.#engine = engine;
    this.#spec = spec;
    this.withName(spec.name)
      .withLabels({ ...spec.labels })
      .withPullPolicy(PullPolicy.neverPull())
      .withWaitStrategy(new NoWait())
      .withAutoCleanup(false);
    this.withSecurityOpt("no-new-privileges")
      .withDroppedCapabilities("ALL")
      .withAddedCapabilities(...spec.capabilities);
    this.withEnvironment({ ...spec.environment });
    if (spec.command) this.withCommand([...spec.command]);
    if (spec.files) this.withCopyContentToContainer(spec.files.map((file) => ({ ...file, mode: 0o644 })));
    if (spec.entrypoint) this.withEntrypoint([...spec.entrypoint]);
    if (spec.user !== undefined) this.withUser(spec.user);
    if (spec.workingFolder !== undefined) this.withWorkingDir(spec.workingFolder);
    this.withCopyDirectoriesToContainer([...(spec.folders ?? [])]).withCopyFilesToContainer([...(spec.copiedFiles ?? [])]);
    this.#host(spec);
    this.#network(spec);
  }

  /** Of a container that never started: the engine leaves its stream open for ever, even once the container is removed, and our program would never end. */
  letGo(): void {
    if (this.stream && "destroy" in this.stream && typeof this.stream.destroy === "function") this.stream.destroy();
  }

  #host(spec: ContainerSpec): void {
    this.hostConfig.ExtraHosts = [...(spec.hosts ?? [])];
    // Names come from /etc/hosts. The engine's resolver would carry unknown ones out of the machine and let them wait there; asked here, they fail at once.
    if (spec.networks) Object.assign(this.hostConfig, { Dns: ["127.0.0.1"], DnsOptions: ["timeout:1", "attempts:1"] });
    this.hostConfig.Mounts = (spec.mounts ?? []).map(({ type, source, target, readOnly }) => ({
      Type: type,
      Source: source,
      Target: target,
      ReadOnly: readOnly ?? false,
    }));
    this.hostConfig.LogConfig = { Type: "json-file", Config: { "max-size": "20m" } };
    if (spec.memoryBytes !== undefined) this.hostConfig.Memory = spec.memoryBytes;
    this.hostConfig.AutoRemove = spec.vanishes ?? false;
    // Whoever joins a namespace is not pid 1 there, so an init of its own would have nothing to reap.
    this.hostConfig.Init = spec.join === undefined && spec.keeper !== true;
    // On version 2 nobody moves processes between cgroups that lie outside of its own cgroup namespace.
    if (spec.join !== undefined || spec.keeper) Object.assign(this.hostConfig, { CgroupnsMode: "host" });
    if (spec.join !== undefined) this.hostConfig.PidMode = `container:${spec.join}`;
    if (spec.keeper) {
      this.hostConfig.PidMode = "host";
      this.hostConfig.RestartPolicy = { Name: "on-failure", MaximumRetryCount: 5 };
    }
    // Whoever measures must not wait for whoever is measured: eight times a target's share of the processors, used only in short bursts.
    if (spec.attach) this.hostConfig.CpuShares = 8_192;
    if (spec.attach)
      Object.assign(this.createOpts, {
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      });
  }

  #network(spec: ContainerSpec): void {
    const first = spec.networks?.[0];
    if (spec.join !== undefined) this.withNetworkMode(`container:${spec.join}`);
    else if (spec.beside !== undefined) this.withNetworkMode(`container:${spec.beside}`);
    else if (first === undefined) this.withNetworkMode("none");
    else {
      this.withNetworkMode(first.name);
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [first.name]: endpointOf(first.address) } };
      this.withHostname(spec.hostname ?? spec.labels["planefault.name"] ?? spec.name);
    }
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.id = id;
    for (const { id: network, address } of (this.#spec.networks ?? []).slice(1)) {
      await this.#engine.docker.getNetwork(network).connect({ Container: id, EndpointConfig: endpointOf(address) });
    }
    if (this.#spec.attach)
      this.stream = await this.#engine.docker
        .getContainer(id)
        .attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  }
}
