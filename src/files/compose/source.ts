// A target around a Compose file: the services of that file, with what the target says over them.
import { own } from "../../model/own.ts";
import type { Problem } from "../../model/problem.ts";
import type { Composed } from "../../model/stack.ts";
import { type Beside } from "../beside.ts";
import { checkSupervised, watched } from "../own-services.ts";
import { type Mistake, type Positions, refused } from "../positions.ts";
import type { ServiceOverride } from "../service.ts";
import { changedServices, checkServices, type Refuse, type ServiceSource, type StackSource } from "../stack.ts";
import type { ComposedTargetFile } from "../target.ts";
import { loadCompose } from "./load.ts";
import { pathInside } from "./names.ts";
import { waitsFor } from "./waits-for.ts";

export type ComposedSource =
  | { readonly ok: true; readonly source: StackSource; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `positions` are those of the target file; problems of the Compose file stand in that file. `name` is the target's. */
export function composedSource(file: ComposedTargetFile, name: string, beside: Beside, positions: Positions): ComposedSource {
  const refuse = (mistake: Omit<Mistake, "code">, code: Mistake["code"]): ComposedSource => refused([{ ...mistake, code }], positions);
  if (file.allow === undefined)
    return refuse(
      {
        path: ["compose"],
        part: "key",
        message: "a target around a Compose file says which of its services faults may touch: `allow: [...]`",
      },
      "missing-option",
    );
  const path = pathInside("", file.compose);
  const text = path === undefined ? undefined : beside.text(path);
  if (path === undefined || text === undefined)
    return refuse({ path: ["compose"], part: "value", message: `there is no file "${file.compose}" in the target's folder` }, "host-path");
  const loaded = loadCompose({
    file: besideFile(positions.file, path),
    path,
    text,
    beside,
    images: file.images ?? {},
    folderName: name,
  });
  if (!loaded.ok) return loaded;
  const { given, networks, services, warnings } = loaded.project;
  const mistakes: Mistake[] = [];
  const note: Refuse = (where, code, message, part = "value") => void mistakes.push({ path: where, code, message, part });
  const overrides = file.overrides?.services ?? {};
  checkServices(Object.keys(overrides), Object.keys(services), ["overrides", "services"], note);
  const source = { ...file, given, networks, services: overridden(services, overrides) };
  for (const [service, said] of Object.entries(overrides)) checkSupervised(service, said, ["overrides", "services"], note);
  const after = (service: string): readonly string[] =>
    (own(source.services, service)?.component.composed?.after ?? []).map((earlier) => earlier.service);
  for (const [service, { depends_on: earlier = {} }] of Object.entries(overrides))
    for (const one of Object.keys(earlier)) {
      const where = ["overrides", "services", service, "depends_on", one];
      checkServices([one], Object.keys(services), where.slice(0, -1), note);
      if (waitsFor(one, service, after)) note(where, "invalid-value", `${service} and ${one} wait for each other`, "key");
    }
  if (mistakes.length > 0) return refused(mistakes, positions);
  return { ok: true, source, warnings };
}

function overridden(services: StackSource["services"], overrides: Readonly<Record<string, ServiceOverride>>): StackSource["services"] {
  return Object.fromEntries(
    Object.entries(changedServices(services, overrides)).map(([name, source]): readonly [string, ServiceSource] => {
      const said = own(overrides, name);
      if (said === undefined) return [name, source];
      const { healthcheck, processes, metrics } = watched(said);
      const { component } = source;
      const composed = component.composed && { ...component.composed, after: [...component.composed.after, ...afterOf(said)] };
      return [
        name,
        { ...source, component: { ...component, healthcheck: healthcheck ?? component.healthcheck, processes, metrics, composed } },
      ];
    }),
  );
}

const afterOf = ({ depends_on: earlier = {} }: ServiceOverride): Composed["after"] =>
  Object.entries(earlier).map(([service, { condition }]) => ({
    service,
    until: condition === "service_healthy" ? "healthy" : "started",
  }));

const besideFile = (file: string, path: string): string => `${file.slice(0, file.lastIndexOf("/") + 1)}${path}`;
