// Services that stand in the target file itself, as sources of components.
import { hidden } from "../model/hidden.ts";
import type { Component } from "../model/stack.ts";
import type { Service } from "./service.ts";
import { checkNetworks, type Refuse, type ServiceSource } from "./stack.ts";
import type { TargetFile } from "./target.ts";

export function ownServices(file: TargetFile, refuse: Refuse): Readonly<Record<string, ServiceSource>> {
  const networks = Object.keys(file.networks);
  for (const [name, service] of Object.entries(file.services))
    checkNetworks(service.networks, networks, ["services", name, "networks"], refuse);
  return Object.fromEntries(Object.entries(file.services).map(([name, service]) => [name, sourceOf(service)]));
}

const sourceOf = (service: Service): ServiceSource => ({
  replicas: service.deploy?.replicas ?? 1,
  component: {
    build: service.build,
    networks: service.networks,
    volumes: (service.volumes ?? []).map((volume) => ({
      name: volume.slice(0, volume.indexOf(":")),
      path: volume.slice(volume.indexOf(":") + 1),
    })),
    environment: hidden(service.environment ?? {}),
    command: service.command,
    capabilities: service.cap_add ?? [],
    ...watched(service),
  },
});

/** What planefault must know of a service to start it, aim at it and explain it. */
export const watched = (
  service: Pick<Service, "healthcheck" | "x-processes" | "x-metrics">,
): Pick<Component, "healthcheck" | "processes" | "metrics"> => ({
  healthcheck: service.healthcheck && {
    test: service.healthcheck.test,
    intervalMs: service.healthcheck.interval,
    timeoutMs: service.healthcheck.timeout,
    retries: service.healthcheck.retries,
  },
  processes: Object.entries(service["x-processes"] ?? {}).map(([process, exe]) => ({ name: process, exe })),
  metrics: service["x-metrics"],
});
