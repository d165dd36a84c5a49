// A target whose containers run already: its services as sources of components, and the labels by which an engine finds them.
import type { ProbeInstance } from "../model/probe.ts";
import type { Attach, Labels } from "../model/stack.ts";
import { checkSupervised, watched } from "./own-services.ts";
import type { AttachedService } from "./service.ts";
import { checkNetworks, type Refuse, type ServiceSource, type StackSource } from "./stack.ts";
import type { AttachedTargetFile } from "./target.ts";

/** What Compose itself writes on containers and networks. */
const compose = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  network: "com.docker.compose.network",
} as const;

export function attachedSource(file: AttachedTargetFile, refuse: Refuse): StackSource {
  const networks = Object.keys(file.networks);
  for (const [name, service] of Object.entries(file.services)) {
    checkNetworks(service.networks, networks, ["services", name, "networks"], refuse);
    checkSupervised(name, service, ["services"], refuse);
  }
  const { project, labels = {} } = file.attach;
  const ofProject: Labels = project === undefined ? {} : { [compose.project]: project };
  const services = Object.entries(file.services).map(([name, service]): readonly [string, Labels] => {
    if (project === undefined && service.labels === undefined)
      refuse(
        ["services", name],
        "missing-option",
        `${name} needs the option "labels": without a Compose project nothing else tells its containers`,
      );
    const usual = project === undefined ? {} : { ...ofProject, [compose.service]: name };
    return [name, { ...labels, ...usual, ...service.labels }];
  });
  const found = Object.entries(file.networks).map(([name, network]): readonly [string, Attach["networks"][string]] => {
    if (network.name !== undefined) return [name, { name: network.name }];
    if (project === undefined)
      refuse(
        ["networks", name],
        "missing-option",
        `network ${name} needs the option "name": its name in the engine, as \`docker network ls\` shows it`,
      );
    return [name, { labels: { ...ofProject, [compose.network]: name } }];
  });
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const what = project === undefined ? `the containers with ${words.join(", ")}` : `the Compose project ${project}`;
  return {
    ...file,
    networks,
    services: Object.fromEntries(Object.entries(file.services).map(([name, service]) => [name, sourceOf(service)])),
    attach: { what, services: Object.fromEntries(services), networks: Object.fromEntries(found) },
  };
}

const sourceOf = (service: AttachedService): ServiceSource => ({
  replicas: service.deploy?.replicas ?? 1,
  component: {
    build: undefined,
    networks: service.networks,
    volumes: [],
    environment: {},
    command: undefined,
    capabilities: [],
    ...watched(service),
  },
});

/** The key is written into a component before it starts. */
export function refuseLogins(probes: readonly ProbeInstance[], refuse: Refuse): void {
  for (const { name, measurement } of probes)
    if (measurement.kind === "ssh")
      refuse(
        ["probes", name, "kind"],
        "not-ours",
        'nobody has a key to a container that planefault did not start: ask its sshd for the greeting, { kind: tcp, port: 22, expect: "SSH-2.0" }',
      );
}
