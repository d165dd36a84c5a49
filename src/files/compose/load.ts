// A Compose file to the services and networks of a target, with a warning for each key that was ignored; or all of its problems at once, at their places in that file.
import { hidden, type HiddenValues } from "../../model/hidden.ts";
import type { Problem } from "../../model/problem.ts";
import { suggestion } from "../../model/nearest.ts";
import type { Beside } from "../beside.ts";
import { check, composeWhole } from "../explain.ts";
import { type Mistake, type Positions, refused } from "../positions.ts";
import type { ServiceSource } from "../stack.ts";
import { parseYaml } from "../yaml.ts";
import { withoutIgnored } from "./ignored.ts";
import { interpolated } from "./interpolate.ts";
import { folderOf, ourName, pathInside } from "./names.ts";
import { ComposeFile } from "./schema.ts";
import { type ProjectContext, serviceSource } from "./service.ts";
import { waitsFor } from "./waits-for.ts";

interface Project {
  /** Variables of the project and its secrets, by name. */
  readonly given: HiddenValues;
  readonly networks: readonly string[];
  readonly services: Readonly<Record<string, ServiceSource>>;
  readonly warnings: readonly string[];
}

export interface ComposeInput {
  /** As it is shown in problems. */
  readonly file: string;
  /** Relative to the target's folder. */
  readonly path: string;
  readonly text: string;
  readonly beside: Beside;
  readonly images: Readonly<Record<string, string>>;
  /** What the project is called where the file does not say: the folder's name. */
  readonly folderName: string;
}

export type LoadedProject =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function loadCompose(input: ComposeInput): LoadedProject {
  const parsed = parseYaml(input.file, input.text, { merge: true });
  if (!parsed.ok) return parsed;
  const { positions } = parsed;
  const folder = folderOf(input.path);
  const variables = input.beside.variables(folder === "" ? ".env" : `${folder}/.env`) ?? {};
  const mistakes: Mistake[] = [];
  const { value, ignored } = withoutIgnored(parsed.value);
  const data = interpolated(value, variables, mistakes);
  if (mistakes.length > 0) return refused(mistakes, positions);
  const checked = check(ComposeFile, data, composeWhole);
  if (!checked.ok) return refused(checked.mistakes, positions);
  const refuse: ProjectContext["refuse"] = (path, code, message, part = "value") => void mistakes.push({ path, part, code, message });
  const context: ProjectContext = {
    ...input,
    folder,
    project: checked.value.name ?? folder.split("/").findLast((step) => step !== "") ?? input.folderName,
    variables,
    declared: checked.value,
    refuse,
  };
  const services = started(checked.value.services);
  const sources = services.map(([name, spec]) => [ourName(name) ?? name, serviceSource(name, spec, context)] as const);
  const networks = networksOf(checked.value);
  checkNames(checked.value, services, refuse);
  checkVolumes(checked.value, services, refuse);
  if (mistakes.length > 0) return refused(mistakes, positions);
  const used = new Set(sources.flatMap(([, { component }]) => component.networks));
  return {
    ok: true,
    project: {
      given: hidden({ ...variables, ...secretsOf(checked.value, context) }),
      networks: networks.filter((network) => used.has(network)),
      services: Object.fromEntries(sources),
      warnings: [...ignored, ...leftOut(checked.value.services), ...divided(services)].map(({ path, message }) =>
        warning(positions, path, message),
      ),
    },
  };
}

/** Longer files are no passwords, and nobody would find a certificate's bundle in a log. */
const longestSecret = 16 * 1024;

function secretsOf({ secrets = {} }: ComposeFile, { folder, beside }: ProjectContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, { file }]) => {
      const path = file === undefined ? undefined : pathInside(folder, file);
      const text = path === undefined ? undefined : beside.text(path);
      return text === undefined || text.length > longestSecret ? [] : [[`${name} (secret)`, text] as const];
    }),
  );
}

type Volume = NonNullable<ComposeFile["services"][string]["volumes"]>[number];
type Services = readonly (readonly [string, ComposeFile["services"][string]])[];

const isStarted = (spec: ComposeFile["services"][string]): boolean => (spec.profiles ?? []).length === 0;
const started = (services: ComposeFile["services"]): Services => Object.entries(services).filter(([, spec]) => isStarted(spec));
const leftOut = (services: ComposeFile["services"]) =>
  Object.entries(services).flatMap(([name, spec]) =>
    isStarted(spec)
      ? []
      : [{ path: ["services", name, "profiles"], message: `${name} is left out: it belongs to a profile, and none is chosen` }],
  );

/** In Compose replicas share a named volume. */
const divided = (services: Services) =>
  services.flatMap(([name, { scale, deploy, volumes = [] }]) =>
    (scale ?? deploy?.replicas ?? 1) > 1 && volumes.some((volume) => isNamedVolume(sourceOf(volume)))
      ? [{ path: ["services", name, "volumes"], message: `volumes of ${name}: each replica gets its own` }]
      : [],
  );

const sourceOf = (volume: Volume): string | undefined =>
  typeof volume !== "string" ? volume.source : volume.includes(":") ? volume.slice(0, volume.indexOf(":")) : undefined;

const isNamedVolume = (source: string | undefined): boolean => source !== undefined && !/^[./~]/u.test(source);

const networksOf = (file: ComposeFile): readonly string[] => [
  ...new Set(["default", ...Object.keys(file.networks ?? {}).map((name) => ourName(name) ?? name)]),
];

function warning(positions: Positions, path: Mistake["path"], message: string): string {
  const { file, line, column } = positions.problem({ path, part: "key", code: "unsupported-compose", message });
  return `${file}:${line}:${column} ${message}`;
}

function checkNames(file: ComposeFile, services: Services, refuse: ProjectContext["refuse"]): void {
  const names = services.map(([name]) => name);
  const after = (one: string): readonly string[] =>
    (services.find(([name]) => name === one)?.[1].depends_on ?? []).map(({ service }) => service);
  const ours = new Map<string, string>();
  for (const [name, spec] of services) {
    const own = ourName(name);
    if (own === undefined)
      refuse(
        ["services", name],
        "invalid-value",
        `planefault cannot name a component after "${name}": at most 40 letters, digits and dashes, beginning with a letter`,
        "key",
      );
    else if (ours.has(own)) refuse(["services", name], "duplicate-name", `${ours.get(own)} and ${name} would both be called ${own}`, "key");
    ours.set(own ?? name, name);
    const networks = ["default", ...Object.keys(file.networks ?? {})];
    (spec.networks ?? []).forEach(({ network }, index) => {
      if (!networks.includes(network))
        refuse(["services", name, "networks", index], "unknown-network", `unknown network "${network}"${suggestion(network, networks)}`);
    });
    (spec.depends_on ?? []).forEach(({ service }, index) => {
      if (!names.includes(service))
        refuse(["services", name, "depends_on", index], "unknown-service", `unknown service "${service}"${suggestion(service, names)}`);
      else if (names.indexOf(service) <= names.indexOf(name) && waitsFor(service, name, after))
        refuse(["services", name, "depends_on", index], "invalid-value", `${name} and ${service} wait for each other`);
    });
  }
}

/** Volumes of a target belong to one replica each, so that a fault on a disk has one owner; data that several share cannot be had that way. */
function checkVolumes(file: ComposeFile, services: Services, refuse: ProjectContext["refuse"]): void {
  const owners = new Map<string, string>();
  for (const [name, spec] of services)
    (spec.volumes ?? []).forEach((volume, index) => {
      const source = sourceOf(volume);
      if (source === undefined || !Object.hasOwn(file.volumes ?? {}, source)) return;
      const owner = owners.get(source);
      if (owner !== undefined && owner !== name)
        refuse(
          ["services", name, "volumes", index],
          "unsupported-compose",
          `${owner} and ${name} share the volume "${source}": in a target each replica has volumes of its own`,
        );
      owners.set(source, name);
    });
}
