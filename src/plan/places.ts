// What a fault's selector stands for in a stack: replicas, the replica that gets a role, a process, a vantage.
import type { CompileContext, ResolvedPlace } from "../model/fault-kind.ts";
import type { ProblemCode } from "../model/problem-code.ts";
import type { Stack } from "../model/stack.ts";
import { suggestion } from "../model/nearest.ts";
import { knownPlaces, namesOf, networksOf } from "../files/stack.ts";

export function compileContext(stack: Stack, refuse: CompileContext["refuse"]): CompileContext {
  return {
    stack,
    refuse,
    places: (selector, option) => {
      const found = places(selector, stack);
      if (found.ok) return found.places;
      refuse(option, found.code, found.message);
      return [];
    },
    sharedNetworks: (one, other) => networksOf(one, stack).filter((network) => networksOf(other, stack).includes(network)),
  };
}

type Found =
  | { readonly ok: true; readonly places: readonly ResolvedPlace[] }
  | { readonly ok: false; readonly code: ProblemCode; readonly message: string };

function places(selector: string, stack: Stack): Found {
  const [name = "", process] = selector.split("/");
  const [service = "", role] = name.split("@");
  const found = namesOf(service, stack);
  if (found.length === 0)
    return { ok: false, code: "unknown-service", message: `unknown component "${service}"${suggestion(service, knownPlaces(stack))}` };
  if (role !== undefined) {
    const roles = stack.roles.filter((candidate) => candidate.of === service);
    const holder = roles.find((candidate) => candidate.name === role);
    if (!holder)
      return {
        ok: false,
        code: "unknown-role",
        message: `${service} has no role "${role}"${suggestion(
          role,
          roles.map((candidate) => candidate.name),
        )}`,
      };
    return { ok: true, places: [{ component: holder.at }] };
  }
  if (process !== undefined) {
    const processes = stack.components.find((component) => component.name === found[0])?.processes.map((candidate) => candidate.name) ?? [];
    if (!processes.includes(process))
      return {
        ok: false,
        code: "unknown-process",
        message: `${service} declares no process "${process}"${suggestion(process, processes)}`,
      };
    return { ok: true, places: found.map((component) => ({ component, process })) };
  }
  return { ok: true, places: found.map((component) => ({ component })) };
}
