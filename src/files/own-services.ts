// Services that stand in the target file itself, as sources of components.
import { hidden } from "../model/hidden.ts";
import type { Component } from "../model/stack.ts";
import { suggestion } from "../model/nearest.ts";
import type { DataPath } from "./positions.ts";
import type { Service } from "./service.ts";
import { checkNetworks, type Refuse, type ServiceSource } from "./stack.ts";
import type { TargetFile } from "./target.ts";

export function ownServices(file: TargetFile, refuse: Refuse): Readonly<Record<string, ServiceSource>> {
  const networks = Object.keys(file.networks);
  for (const [name, service] of Object.entries(file.services)) {
    checkNetworks(service.networks, networks, ["services", name, "networks"], refuse);
    checkSupervised(name, service, ["services"], refuse);
  }
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

type Processes = Pick<Service, "x-processes" | "x-supervised">;

export function checkSupervised(name: string, service: Processes, path: DataPath, refuse: Refuse): void {
  const known = Object.keys(service["x-processes"] ?? {});
  for (const [index, process] of (service["x-supervised"] ?? []).entries())
    if (!known.includes(process))
      refuse(
        [...path, name, "x-supervised", index],
        "unknown-process",
        `${name} declares no process "${process}"${suggestion(process, known)}`,
      );
}

/** What planefault must know of a service to start it, aim at it and explain it. */
export const watched = (
  service: Pick<Service, "x-metrics"> & Partial<Pick<Service, "healthcheck">> & Processes,
): Pick<Component, "healthcheck" | "processes" | "metrics"> => ({
  healthcheck: service.healthcheck && {
    test: service.healthcheck.test,
    intervalMs: service.healthcheck.interval,
    timeoutMs: service.healthcheck.timeout,
    retries: service.healthcheck.retries,
  },
  processes: Object.entries(service["x-processes"] ?? {}).map(([process, exe]) => ({
    name: process,
    exe,
    ...(service["x-supervised"]?.includes(process) === true && { supervised: true as const }),
  })),
  metrics: service["x-metrics"],
});
