// A checked target file to a Stack: variant applied, replicas expanded, every name resolved. Names that lead nowhere are mistakes at their place.
import { hidden, type HiddenValues } from "../model/hidden.ts";
import { suggestion } from "../model/nearest.ts";
import { own } from "../model/own.ts";
import type { Attach, Component, Edge, Role, Stack } from "../model/stack.ts";
import type { DataPath, Mistake } from "./positions.ts";
import type { ServiceChange } from "./service.ts";
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

/** One service before it is multiplied by its replicas. */
export interface ServiceSource {
  readonly replicas: number;
  readonly component: Omit<Component, "name" | "service" | "index">;
}

/** What target files with services of their own and those around a Compose file have in common. */
export type StackSource = Pick<TargetFile, "description" | "vantages" | "edges" | "allow"> &
  Partial<Pick<TargetFile, "roles" | "variants">> & {
    readonly networks: readonly string[];
    readonly services: Readonly<Record<string, ServiceSource>>;
    /** Only of a Compose file. */
    readonly given?: HiddenValues;
    /** Only where the containers run already. */
    readonly attach?: Attach;
  };

/** `earlier`: what was wrong with the services already. */
export function buildStack(file: StackSource, { name, folder, variant }: StackInput, earlier: readonly Mistake[]): Built {
  const mistakes: Mistake[] = [...earlier];
  const refuse: Refuse = (path, code, message, part = "value") => void mistakes.push({ path, code, message, part });
  const changed = variant === undefined ? undefined : own(file.variants, variant);
  const services = changedServices(file.services, changed?.services ?? {});
  checkReferences(file, refuse);
  const components = Object.entries(services).flatMap(([service, source]) => replicas(service, source));
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
    networks: file.networks,
    components,
    vantages,
    roles: roles(file, partial, refuse),
    edges: edges.texts.flatMap((text, index) => expandEdge(text, [...edges.path, index], partial, isSound ? refuse : () => undefined)),
    allow: file.allow?.flatMap((selector, index) => allowed(selector, ["allow", index], components, refuse)),
    ...(file.given && { given: file.given }),
    ...(file.attach && { attach: file.attach }),
  };
  return { stack, mistakes };
}

export type Refuse = (path: DataPath, code: Mistake["code"], message: string, part?: Mistake["part"]) => void;

/** A service's replicas, or a single component or vantage by its own name. */
export function namesOf(selector: string, stack: Pick<Stack, "components" | "vantages">): readonly string[] {
  const components = stack.components
    .filter((component) => component.service === selector || component.name === selector)
    .map((component) => component.name);
  return components.length > 0 ? components : stack.vantages.filter((vantage) => vantage.name === selector).map((vantage) => vantage.name);
}

/** All that a selector may be: services, replicas and vantages. */
export const knownPlaces = (stack: Pick<Stack, "components" | "vantages">): readonly string[] => [
  ...new Set([
    ...stack.components.flatMap((component) => [component.service, component.name]),
    ...stack.vantages.map((vantage) => vantage.name),
  ]),
];

export const networksOf = (name: string, stack: Pick<Stack, "components" | "vantages">): readonly string[] =>
  [...stack.components, ...stack.vantages].find((place) => place.name === name)?.networks ?? [];

/** What a variant, or a target around a Compose file, says over its services. */
export function changedServices(
  services: StackSource["services"],
  changes: Readonly<Record<string, ServiceChange>>,
): StackSource["services"] {
  return Object.fromEntries(
    Object.entries(services).map(([name, { replicas, component }]) => {
      const change = own(changes, name);
      const environment = { ...component.environment, ...hidden(change?.environment ?? {}) };
      return [name, { replicas, component: { ...component, command: change?.command ?? component.command, environment } }];
    }),
  );
}

function checkReferences(file: StackSource, refuse: Refuse): void {
  const services = Object.keys(file.services);
  for (const [name, vantage] of Object.entries(file.vantages))
    checkNetworks(vantage.networks, file.networks, ["vantages", name, "networks"], refuse);
  for (const [name, variant] of Object.entries(file.variants ?? {}))
    checkServices(Object.keys(variant.services ?? {}), services, ["variants", name, "services"], refuse);
}

export function checkNetworks(names: readonly string[], known: readonly string[], path: DataPath, refuse: Refuse): void {
  names.forEach((name, index) => {
    if (!known.includes(name)) refuse([...path, index], "unknown-network", `unknown network "${name}"${suggestion(name, known)}`);
  });
}

/** `names` are keys of the mapping at `path`. */
export function checkServices(names: readonly string[], known: readonly string[], path: DataPath, refuse: Refuse): void {
  for (const name of names)
    if (!known.includes(name)) refuse([...path, name], "unknown-service", `unknown service "${name}"${suggestion(name, known)}`, "key");
}

function allowed(selector: string, path: DataPath, components: readonly Component[], refuse: Refuse): readonly string[] {
  const names = namesOf(selector, { components, vantages: [] });
  if (names.length === 0) {
    const known = [...new Set(components.flatMap(({ service, name }) => [service, name]))];
    refuse(path, "unknown-service", `unknown component "${selector}"${suggestion(selector, known)}`);
  }
  return names;
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

function replicas(service: string, { replicas: count, component }: ServiceSource): readonly Component[] {
  return Array.from({ length: count }, (_, position) => ({
    name: count === 1 ? service : `${service}-${position + 1}`,
    service,
    index: position + 1,
    ...component,
  }));
}

function roles(file: StackSource, stack: Pick<Stack, "components" | "vantages">, refuse: Refuse): readonly Role[] {
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
  const known = knownPlaces(stack);
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
