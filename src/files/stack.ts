// A checked target file to a Stack: variant applied, replicas expanded, every name resolved. Names that lead nowhere are mistakes at their place.
import { suggestion } from "../model/nearest.ts";
import type { Component, Edge, Role, Stack } from "../model/stack.ts";
import type { DataPath, Mistake } from "./positions.ts";
import type { Service } from "./service.ts";
import type { TargetFile } from "./target.ts";

export interface StackInput {
  readonly name: string;
  readonly folder: string;
  readonly variant: string | undefined;
}

export interface Built {
  readonly stack: Stack;
  readonly mistakes: readonly Mistake[];
}

export function buildStack(file: TargetFile, { name, folder, variant }: StackInput): Built {
  const mistakes: Mistake[] = [];
  const refuse: Refuse = (path, code, message, part = "value") => void mistakes.push({ path, code, message, part });
  const changed = variant === undefined ? undefined : file.variants?.[variant];
  const services = withVariant(file.services, changed?.services ?? {});
  checkReferences(file, refuse);
  const components = Object.entries(services).flatMap(([service, spec]) => replicas(service, spec));
  const vantages = Object.entries(file.vantages).map(([vantage, { networks }]) => ({ name: vantage, networks }));
  checkNames(components, Object.keys(file.vantages), refuse);
  const edges =
    changed?.edges === undefined
      ? { texts: file.edges ?? [], path: ["edges"] }
      : { texts: changed.edges, path: ["variants", variant ?? "", "edges"] };
  const partial = { components, vantages };
  // Whoever is on a network that does not exist shares it with nobody: that is the same mistake, told once.
  const isSound = mistakes.length === 0;
  const stack: Stack = {
    name,
    variant,
    description: changed?.description ?? file.description,
    folder,
    networks: Object.keys(file.networks),
    components,
    vantages,
    roles: roles(file, partial, refuse),
    edges: edges.texts.flatMap((text, index) => expandEdge(text, [...edges.path, index], partial, isSound ? refuse : () => undefined)),
  };
  return { stack, mistakes };
}

type Refuse = (path: DataPath, code: Mistake["code"], message: string, part?: Mistake["part"]) => void;

/** A service's replicas, or a single component or vantage by its own name. */
export function namesOf(selector: string, stack: Pick<Stack, "components" | "vantages">): readonly string[] {
  const components = stack.components
    .filter((component) => component.service === selector || component.name === selector)
    .map((component) => component.name);
  return components.length > 0 ? components : stack.vantages.filter((vantage) => vantage.name === selector).map((vantage) => vantage.name);
}

export const networksOf = (name: string, stack: Pick<Stack, "components" | "vantages">): readonly string[] =>
  [...stack.components, ...stack.vantages].find((place) => place.name === name)?.networks ?? [];

function withVariant(
  services: TargetFile["services"],
  changes: NonNullable<NonNullable<TargetFile["variants"]>[string]["services"]>,
): TargetFile["services"] {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => {
      const change = changes[name];
      return [
        name,
        {
          ...service,
          ...(change?.command === undefined ? {} : { command: change.command }),
          environment: { ...service.environment, ...change?.environment },
        },
      ];
    }),
  );
}

function checkReferences(file: TargetFile, refuse: Refuse): void {
  const networks = Object.keys(file.networks);
  const services = Object.keys(file.services);
  const isNetwork = (names: readonly string[], path: DataPath): void =>
    names.forEach((name, index) => {
      if (!networks.includes(name)) refuse([...path, index], "unknown-network", `unknown network "${name}"${suggestion(name, networks)}`);
    });
  for (const [name, service] of Object.entries(file.services)) {
    isNetwork(service.networks, ["services", name, "networks"]);
  }
  for (const [name, vantage] of Object.entries(file.vantages)) isNetwork(vantage.networks, ["vantages", name, "networks"]);
  for (const [name, variant] of Object.entries(file.variants ?? {}))
    for (const service of Object.keys(variant.services ?? {}))
      if (!services.includes(service))
        refuse(
          ["variants", name, "services", service],
          "unknown-service",
          `unknown service "${service}"${suggestion(service, services)}`,
          "key",
        );
}

function checkNames(components: readonly Component[], vantages: readonly string[], refuse: Refuse): void {
  const owners = new Map<string, string>();
  for (const component of components) {
    const taken = owners.get(component.name) ?? (vantages.includes(component.name) ? `vantage ${component.name}` : undefined);
    if (taken !== undefined)
      refuse(
        ["services", component.service],
        "duplicate-name",
        `${taken} and service ${component.service} would both be called ${component.name}`,
        "key",
      );
    owners.set(component.name, `service ${component.service}`);
  }
  for (const vantage of vantages)
    if (!owners.has(vantage) && components.some((component) => component.service === vantage))
      refuse(["vantages", vantage], "duplicate-name", `${vantage} is the name of a service already`, "key");
}

function replicas(name: string, service: Service | undefined): readonly Component[] {
  if (!service) return [];
  const count = service.deploy?.replicas ?? 1;
  return Array.from({ length: count }, (_, position) => ({
    name: count === 1 ? name : `${name}-${position + 1}`,
    service: name,
    index: position + 1,
    build: service.build,
    networks: service.networks,
    volumes: (service.volumes ?? []).map((volume) => ({
      name: volume.slice(0, volume.indexOf(":")),
      path: volume.slice(volume.indexOf(":") + 1),
    })),
    environment: service.environment ?? {},
    command: service.command,
    capabilities: service.cap_add ?? [],
    healthcheck: service.healthcheck && {
      test: service.healthcheck.test,
      intervalMs: service.healthcheck.interval,
      timeoutMs: service.healthcheck.timeout,
      retries: service.healthcheck.retries,
    },
    processes: Object.entries(service["x-processes"] ?? {}).map(([process, exe]) => ({ name: process, exe })),
    metrics: service["x-metrics"],
  }));
}

function roles(file: TargetFile, stack: Pick<Stack, "components" | "vantages">, refuse: Refuse): readonly Role[] {
  return Object.entries(file.roles ?? {}).flatMap(([name, role]): readonly Role[] => {
    const holders = stack.components.filter((component) => component.service === role.of).map((component) => component.name);
    if (holders.length === 0) {
      refuse(["roles", name, "of"], "unknown-service", `unknown service "${role.of}"${suggestion(role.of, Object.keys(file.services))}`);
      return [];
    }
    const at = role.at ?? holders[0] ?? role.of;
    if (!holders.includes(at))
      refuse(["roles", name, "at"], "unknown-service", `"${at}" is no replica of ${role.of}${suggestion(at, holders)}`);
    return [{ name, of: role.of, at, exec: role.exec, expect: role.expect, bring: role.bring }];
  });
}

function expandEdge(text: string, path: DataPath, stack: Pick<Stack, "components" | "vantages">, refuse: Refuse): readonly Edge[] {
  const match = /^(\S+) (<?->) ([^:]+):(\d+) on (\S+)$/u.exec(text);
  const [, from = "", arrow = "", to = "", port = "", network = ""] = match ?? [];
  const known = [
    ...new Set([
      ...stack.components.flatMap((component) => [component.service, component.name]),
      ...stack.vantages.map((vantage) => vantage.name),
    ]),
  ];
  const unknown = [from, to].filter((name) => namesOf(name, stack).length === 0);
  for (const name of unknown) refuse(path, "unknown-service", `unknown component "${name}"${suggestion(name, known)}`);
  if (unknown.length > 0) return [];
  const pairs = namesOf(from, stack).flatMap((one) => namesOf(to, stack).map((other): readonly [string, string] => [one, other]));
  const both = arrow === "<->" ? [...pairs, ...pairs.map(([one, other]): readonly [string, string] => [other, one])] : pairs;
  const apart = both.filter(([one, other]) => one !== other);
  const lost = apart.find((pair) => pair.some((place) => !networksOf(place, stack).includes(network)));
  if (lost) refuse(path, "no-shared-network", `${lost[0]} and ${lost[1]} are not both on network "${network}"`);
  return [...new Map(apart.map(([one, other]) => [`${one} ${other}`, { from: one, to: other, port: Number(port), network }])).values()];
}
