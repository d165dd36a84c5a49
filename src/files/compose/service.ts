// One service of a Compose file to what the driver starts: image, words of the command, names, mounts, order.
import { split } from "shlex";
import { capabilityRefusal } from "../../model/capability.ts";
import { hidden } from "../../model/hidden.ts";
import { own } from "../../model/own.ts";
import type { Build, Component } from "../../model/stack.ts";
import type { DataPath, Mistake } from "../positions.ts";
import type { Beside } from "../beside.ts";
import type { ServiceSource } from "../stack.ts";
import { givenFiles } from "./given-files.ts";
import { healthcheckOf } from "./healthcheck.ts";
import type { Variables } from "./interpolate.ts";
import { mountsOf } from "./mounts.ts";
import { ourName, pathInside } from "./names.ts";
import type { ComposeFile, ComposeService } from "./schema.ts";

export interface ProjectContext {
  /** Folder of the Compose file, relative to the target's. */
  readonly folder: string;
  readonly project: string;
  readonly beside: Beside;
  readonly variables: Variables;
  /** Image name -> folder of the target that builds it. */
  readonly images: Readonly<Record<string, string>>;
  /** Volumes, secrets and configs of the whole file. */
  readonly declared: Pick<ComposeFile, "volumes" | "secrets" | "configs">;
  readonly refuse: (path: DataPath, code: Mistake["code"], message: string, part?: Mistake["part"]) => void;
}

/** What the engine gives to every container by default; Compose adds to it and drops from it, planefault's own targets start from none. */
const usualCapabilities =
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(" ");

export function serviceSource(name: string, spec: ComposeService, context: ProjectContext): ServiceSource {
  const path: DataPath = ["services", name];
  const networks = spec.networks ?? [{ network: "default", aliases: [] }];
  const names = [...new Set([name, ourName(name) ?? name, ...(spec.container_name === undefined ? [] : [spec.container_name])])];
  const component: ServiceSource["component"] = {
    build: buildOf(name, spec, context),
    networks: networks.map(({ network }) => ourName(network) ?? network),
    volumes: [],
    environment: environmentOf(name, spec, context),
    command: words(spec.command, [...path, "command"], context),
    capabilities: capabilitiesOf(spec, [...path, "cap_add"], context),
    healthcheck: healthcheckOf(spec.healthcheck, [...path, "healthcheck", "test"], context.refuse),
    processes: [],
  };
  const { volumes, copies } = mountsOf(spec.volumes ?? [], [...path, "volumes"], context);
  return {
    replicas: spec.scale ?? spec.deploy?.replicas ?? 1,
    component: {
      ...component,
      volumes,
      composed: {
        entrypoint: words(spec.entrypoint, [...path, "entrypoint"], context),
        user: spec.user,
        workingFolder: spec.working_dir,
        hostname: spec.hostname,
        aliases: Object.fromEntries(
          networks.map(({ network, aliases }) => [ourName(network) ?? network, [...new Set([...names, ...aliases])]]),
        ),
        copies: [...copies, ...givenFiles(name, spec, context)],
        after: afterOf(name, spec, context),
      },
    },
  };
}

function buildOf(name: string, { image, build }: ComposeService, { images, project, folder, beside, refuse }: ProjectContext): Build {
  const path: DataPath = ["services", name];
  // Compose's own name of what it builds, so that a target can replace a build like any other image.
  const standIn = own(images, image ?? `${project}-${name}`);
  if (standIn !== undefined) return standIn;
  if (build === undefined) {
    if (image === undefined) refuse(path, "missing-option", `${name} needs \`image\` or \`build\``);
    return { image: image ?? "" };
  }
  const context = pathInside(folder, build.context);
  const dockerfile = context === undefined ? undefined : pathInside(context, build.dockerfile);
  if (context === undefined || dockerfile === undefined)
    refuse([...path, "build"], "host-path", `"${build.context}" leads out of the target's folder`);
  else if (beside.text(dockerfile) === undefined)
    refuse([...path, "build"], "host-path", `there is no file "${dockerfile}" in the target's folder`);
  return {
    context: `./${context ?? ""}`,
    dockerfile: build.dockerfile,
    target: build.target,
    args: hidden(Object.fromEntries(build.args.map(([key, value]) => [key, value ?? ""]))),
    bases: images,
  };
}

/** Files of variables first, what the service says itself over them; a NAME without a value is looked up like a variable of the file, and left out where there is none. */
function environmentOf(
  name: string,
  spec: ComposeService,
  { folder, beside, variables, refuse }: ProjectContext,
): Component["environment"] {
  const files = (spec.env_file ?? []).map((file, index) => {
    const path = pathInside(folder, file);
    const found = path === undefined ? undefined : beside.variables(path);
    if (found === undefined)
      refuse(["services", name, "env_file", index], "host-path", `there is no file "${file}" in the target's folder`);
    return found ?? {};
  });
  const said = (spec.environment ?? []).map(([key, value]) => [key, value ?? own(variables, key)] as const);
  return hidden({
    ...Object.assign({}, ...files),
    ...Object.fromEntries(said.filter((pair): pair is readonly [string, string] => pair[1] !== undefined)),
  });
}

/** A text is split into words as Compose does it; it never reaches a shell, so what only a shell obeys is refused. */
function words(
  value: string | readonly string[] | null | undefined,
  path: DataPath,
  { refuse }: ProjectContext,
): readonly string[] | undefined {
  if (typeof value !== "string") return value ?? undefined;
  try {
    const list = split(value);
    const operator = list.find((word) => /^(?:[;|<>]|&&?|\|\||>>)$/u.test(word));
    if (operator !== undefined)
      refuse(path, "invalid-value", `no shell reads this text, so "${operator}" would be a plain word: write a list, or call a shell`);
    return list;
  } catch {
    refuse(path, "invalid-value", "a quote is never closed");
    return undefined;
  }
}

function capabilitiesOf(
  { cap_add: added = [], cap_drop: dropped = [] }: ComposeService,
  path: DataPath,
  { refuse }: ProjectContext,
): readonly string[] {
  for (const [index, name] of added.entries()) {
    const refusal = capabilityRefusal(name);
    if (refusal !== undefined) refuse([...path, index], "invalid-value", refusal);
  }
  const usual = dropped.includes("ALL") ? [] : usualCapabilities.filter((capability) => !dropped.includes(capability));
  return [...new Set([...usual, ...added])];
}

function afterOf(name: string, spec: ComposeService, { refuse }: ProjectContext): NonNullable<Component["composed"]>["after"] {
  return (spec.depends_on ?? []).map(({ service, condition }) => {
    if (condition !== "service_started" && condition !== "service_healthy")
      refuse(
        ["services", name, "depends_on", service, "condition"],
        "unsupported-compose",
        `planefault waits for service_started and service_healthy, not for "${condition}": every component of a target goes on running`,
      );
    return { service: ourName(service) ?? service, until: condition === "service_healthy" ? "healthy" : "started" };
  });
}
