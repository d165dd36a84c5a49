// What of a stack stays as it is for a whole run. Every sample asks for it, so it is worked out once.
import { revealed } from "../../model/hidden.ts";
import type { Component, Stack } from "../../model/stack.ts";

type Edge = Stack["edges"][number];

/** The program itself was read by another container, which it is counted for. */
const leastCacheBytes = 1.5 * 2 ** 20;

export class Topology {
  readonly #components: ReadonlyMap<string, Component>;
  readonly #members: ReadonlyMap<string, readonly Component[]>;
  readonly #edges: ReadonlyMap<string, readonly Edge[]>;
  readonly #innerNetworks: ReadonlyMap<string, readonly string[]>;
  readonly #leaders: ReadonlyMap<string, string>;
  readonly #cached: ReadonlySet<string>;
  readonly #usualCache: ReadonlyMap<string, number>;

  constructor({ components, edges, roles }: Stack) {
    this.#components = new Map(components.map((component) => [component.name, component]));
    this.#members = Map.groupBy(components, ({ service }) => service);
    this.#edges = Map.groupBy(edges, ({ from }) => from);
    const inner = edges.filter(({ from, to }) => this.service(from) !== undefined && this.service(from) === this.service(to));
    const byService = Map.groupBy(inner, ({ from }) => this.service(from) ?? "");
    this.#innerNetworks = new Map([...byService].map(([service, own]) => [service, [...new Set(own.map(({ network }) => network))]]));
    // The first role that a service has, as long as one is named.
    this.#leaders = new Map(roles.toReversed().map(({ of, at }) => [of, at]));
    const environments = components.map(({ name, environment }) => [name, revealed(environment)] as const);
    this.#cached = new Set(environments.flatMap(([name, values]) => (Object.values(values).includes("cached") ? [name] : [])));
    this.#usualCache = new Map(environments.map(([name, values]) => [name, cacheOf(values)]));
  }

  component(name: string): Component | undefined {
    return this.#components.get(name);
  }

  service(name: string): string | undefined {
    return this.#components.get(name)?.service;
  }

  members(service: string): readonly Component[] {
    return this.#members.get(service) ?? [];
  }

  /** Those of which this component asks. */
  edgesFrom(component: string): readonly Edge[] {
    return this.#edges.get(component) ?? [];
  }

  /** Those over which the members of a service talk to each other. */
  innerNetworks(service: string): readonly string[] {
    return this.#innerNetworks.get(service) ?? [];
  }

  /** A service with volumes that talks to itself keeps one log by majority. */
  isQuorum({ volumes, service }: Component): boolean {
    return volumes.length > 0 && this.members(service).length > 1 && this.innerNetworks(service).length > 0;
  }

  leader(service: string): string | undefined {
    return this.#leaders.get(service) ?? this.members(service)[0]?.name;
  }

  keeps(component: string): boolean {
    return (this.component(component)?.volumes.length ?? 0) > 0;
  }

  /** Its configuration says that it answers reads from memory. */
  isCached(component: string): boolean {
    return this.#cached.has(component);
  }

  /** Page cache of the files that it reads all the time: their variables say how large these are. */
  usualCache(component: string): number {
    return this.#usualCache.get(component) ?? leastCacheBytes;
  }
}

const cacheOf = (environment: Readonly<Record<string, string>>): number =>
  Object.entries(environment)
    .filter(([name]) => name.endsWith("_FILE_MIB"))
    .reduce((sum, [, mib]) => sum + Number(mib) * 2 ** 20, leastCacheBytes);
