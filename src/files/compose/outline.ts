// What a Compose file says of who is there and who talks to whom, read generously: nothing is started from it, so keys that reach the host do no harm here.
import * as z from "zod";
import type { Problem } from "../../model/problem.ts";
import { check, composeWhole } from "../explain.ts";
import { type Mistake, refused } from "../positions.ts";
import { parseYaml } from "../yaml.ts";
import { interpolated, type Variables } from "./interpolate.ts";
import { ourName } from "./names.ts";

export interface OutlinedService {
  /** As the file has it. */
  readonly composeName: string;
  /** As planefault has it. */
  readonly name: string;
  readonly image: string | undefined;
  /** Ports inside the container that the host publishes. */
  readonly published: readonly number[];
  /** Ports that the file merely names. */
  readonly exposed: readonly number[];
  readonly dependsOn: readonly string[];
  /** Variable -> service that its value names, alone or as the host of a URL. Other values are nobody's business here. */
  readonly named: Readonly<Record<string, string>>;
  /** Words of its health check. */
  readonly healthcheck: readonly string[];
  /** planefault's names. */
  readonly networks: readonly string[];
  readonly replicas: number;
}

export interface Outline {
  /** What Compose calls the project unless it is told otherwise. */
  readonly project: string;
  readonly isNamed: boolean;
  readonly services: readonly OutlinedService[];
  readonly networks: readonly { readonly name: string; readonly composeName: string; readonly engineName: string | undefined }[];
  /** Sentences: which services are no components, and why. */
  readonly leftOut: readonly string[];
}

export type Outlined = { readonly ok: true; readonly outline: Outline } | { readonly ok: false; readonly problems: readonly Problem[] };

const PortNumber = z.union([z.int(), z.string()]);
const Port = z.union([PortNumber, z.looseObject({ target: PortNumber, protocol: z.string().optional() })]);
const keys = z.record(z.string(), z.unknown()).transform((map) => Object.keys(map));
const Words = z.union([z.string().transform((text) => text.split(/\s+/u)), z.array(z.string())]);
const Count = z.union([z.int(), z.string().transform(Number)]);

const Service = z.looseObject({
  image: z.string().optional(),
  ports: z.array(Port).default([]),
  expose: z.array(PortNumber).default([]),
  depends_on: z.union([z.array(z.string()), keys]).default([]),
  environment: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
  healthcheck: z.looseObject({ test: Words.optional() }).optional(),
  networks: z.union([z.array(z.string()), keys]).nullish(),
  network_mode: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  scale: Count.optional(),
  deploy: z.looseObject({ replicas: Count.optional() }).optional(),
  extends: z.unknown().optional(),
});
const File = z.looseObject({
  name: z.string().optional(),
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.looseObject({ name: z.string().optional(), external: z.unknown().optional() }).nullable()).default({}),
  include: z.unknown().optional(),
});
type File = z.output<typeof File>;
type Service = z.output<typeof Service>;

/** `variables` are those of the project's .env; what has no value stays as it is written. */
export function outlineOf(file: string, text: string, folderName: string, variables: Variables): Outlined {
  const parsed = parseYaml(file, text, { merge: true });
  if (!parsed.ok) return parsed;
  const unset: Mistake[] = [];
  const checked = check(File, interpolated(parsed.value, variables, unset), composeWhole);
  if (!checked.ok) return refused(checked.mistakes, parsed.positions);
  const found = checked.value;
  const elsewhere = [["include"], ...Object.keys(found.services).map((name) => ["services", name, "extends"])].filter((path) =>
    isThere(found, path),
  );
  if (elsewhere.length > 0) return refused(elsewhere.map(notFollowed), parsed.positions);
  const whys = Object.entries(found.services).map(([name, service]) => [name, service, whyLeftOut(name, service)] as const);
  const services = whys.flatMap(([name, service, why]) => (why === undefined ? [outlined(name, service, found.services)] : []));
  const used = new Set(services.flatMap(({ networks }) => networks));
  return {
    ok: true,
    outline: {
      project: found.name ?? folderName.toLowerCase().replaceAll(/[^a-z0-9_-]/gu, ""),
      isNamed: found.name !== undefined,
      services,
      networks: networksOf(found).filter(({ name }) => used.has(name)),
      leftOut: whys.flatMap(([, , why]) => why ?? []),
    },
  };
}

const isThere = ({ include, services }: File, [, name]: readonly string[]): boolean =>
  (name === undefined ? include : services[name]?.extends) !== undefined;

/** Half of the services would be missing, and nobody would know. */
const notFollowed = (path: readonly string[]): Mistake => ({
  path,
  part: "key",
  code: "unsupported-compose",
  message: `init does not follow \`${path.at(-1)}\`: give it what \`docker compose config\` prints`,
});

function whyLeftOut(name: string, { network_mode: mode, profiles }: Service): string | undefined {
  if (profiles.length > 0) return `${name} belongs to a profile, and none is chosen`;
  if (mode !== undefined) return `${name} has no network of its own (network_mode: ${mode})`;
  return ourName(name) === undefined ? `${name} cannot be the name of a component` : undefined;
}

function outlined(composeName: string, service: Service, all: File["services"]): OutlinedService {
  const published = service.ports.flatMap((port) => portOf(port) ?? []);
  const exposed = service.expose.flatMap((port) => portOf(port) ?? []);
  const replicas = service.scale ?? service.deploy?.replicas ?? 1;
  return {
    composeName,
    name: ourName(composeName) ?? composeName,
    image: service.image,
    published: [...new Set(published)],
    exposed: [...new Set(exposed)].filter((port) => !published.includes(port)),
    dependsOn: service.depends_on.map((other) => ourName(other) ?? other),
    named: namedIn(service, Object.keys(all)),
    healthcheck: service.healthcheck?.test ?? [],
    networks: (service.networks ?? ["default"]).map((network) => ourName(network) ?? network),
    replicas: Number.isInteger(replicas) && replicas >= 1 ? replicas : 1,
  };
}

function namedIn({ environment }: Service, services: readonly string[]): Readonly<Record<string, string>> {
  const pairs = Array.isArray(environment)
    ? environment.map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)] as const)
    : Object.entries(environment ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : ""] as const);
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => {
      const host = /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?)?([A-Za-z0-9_.-]+)(?::\d{1,5})?(?:\/\S*)?$/u.exec(value)?.[1];
      return host !== undefined && services.includes(host) ? [[name, ourName(host) ?? host] as const] : [];
    }),
  );
}

/** The container's side of "127.0.0.1:8080:80/tcp", 80 or { target: 80 }; undefined for UDP, ranges and what has no number. */
function portOf(port: z.output<typeof Port>): number | undefined {
  if (typeof port === "object") return port.protocol === "udp" ? undefined : portOf(port.target);
  const number = typeof port === "number" ? port : Number(/(?:^|:)(\d{1,5})(?:\/tcp)?$/u.exec(port)?.[1]);
  return number >= 1 && number <= 65_535 ? number : undefined;
}

function networksOf({ networks }: File): Outline["networks"] {
  const declared = Object.hasOwn(networks, "default") ? networks : { default: null, ...networks };
  return Object.entries(declared).map(([composeName, options]) => {
    const external = options?.external === true;
    return { name: ourName(composeName) ?? composeName, composeName, engineName: options?.name ?? (external ? composeName : undefined) };
  });
}
