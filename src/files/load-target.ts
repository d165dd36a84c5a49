// The text of a target file to everything a plan needs from it: stack, probe instances, signal instances; or all of its problems at once.
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Problem } from "../model/problem.ts";
import type { Stack } from "../model/stack.ts";
import type { BindContext } from "../probes/kind.ts";
import { bindSignal } from "../probes/signal.ts";
import { check } from "./explain.ts";
import { suggestion } from "../model/nearest.ts";
import type { DataPath, Mistake, Positions } from "./positions.ts";
import { buildStack, namesOf, networksOf } from "./stack.ts";
import { withoutLaterKeys } from "./later.ts";
import { TargetFile } from "./target.ts";
import { parseYaml } from "./yaml.ts";

export interface Target {
  readonly file: string;
  readonly stack: Stack;
  readonly probes: readonly ProbeInstance[];
  readonly signals: readonly SignalInstance[];
}

export type LoadedTarget = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly problems: readonly Problem[] };

export interface TargetPlace {
  readonly name: string;
  /** Folder of the file: build contexts are relative to it. */
  readonly folder: string;
  readonly variant?: string | undefined;
}

export function loadTarget(file: string, text: string, place: TargetPlace): LoadedTarget {
  const parsed = parseYaml(file, text);
  if (!parsed.ok) return parsed;
  return targetOf(parsed.value, parsed.positions, place);
}

function targetOf(data: unknown, positions: Positions, place: TargetPlace): LoadedTarget {
  const { value, mistakes: later } = withoutLaterKeys(data, "target");
  const checked = check(TargetFile, value, "a target");
  if (!checked.ok) return refused([...later, ...checked.mistakes], positions);
  const built = buildStack(checked.value, { name: place.name, folder: place.folder, variant: place.variant });
  const mistakes: Mistake[] = [...later, ...built.mistakes];
  if (built.mistakes.length > 0) return refused(mistakes, positions);
  const probes = Object.entries(checked.value.probes).flatMap(([name, probe]) =>
    probe.bind(name, contextFor(built.stack, probe.from, ["probes", name], mistakes)),
  );
  const signals = Object.entries(checked.value.signals ?? {}).flatMap(([name, signal]) =>
    bindSignal(name, signal, contextFor(built.stack, signal.from, ["signals", name], mistakes)),
  );
  if (mistakes.length > 0) return refused(mistakes, positions);
  return { ok: true, target: { file: positions.file, stack: withPings(built.stack, probes), probes, signals } };
}

function withPings(stack: Stack, probes: readonly ProbeInstance[]): Stack {
  const pings = new Set(probes.flatMap(({ vantage, measurement }) => (measurement.kind === "icmp" ? [vantage] : [])));
  return { ...stack, vantages: stack.vantages.map((vantage) => (pings.has(vantage.name) ? { ...vantage, pings: true } : vantage)) };
}

/** Each replica may stumble over the same word: one place and one code are one problem. */
export function refused(mistakes: readonly Mistake[], positions: Positions): { readonly ok: false; readonly problems: readonly Problem[] } {
  const problems = mistakes.map((mistake) => positions.problem(mistake));
  const first = problems.filter(
    (problem, index) =>
      problems.findIndex(
        (other) =>
          other.line === problem.line &&
          other.column === problem.column &&
          other.code === problem.code &&
          (other.code !== "missing-option" || other.message === problem.message),
      ) === index,
  );
  return { ok: false, problems: first.toSorted((one, other) => one.line - other.line || one.column - other.column) };
}

function contextFor(stack: Stack, from: string, path: DataPath, mistakes: Mistake[]): BindContext {
  const refuse: BindContext["refuse"] = (option, code, message) =>
    void mistakes.push({ path: [...path, ...option.split(".")], part: "value", code, message });
  const components = [...new Set(stack.components.flatMap((component) => [component.service, component.name]))];
  const vantages = stack.vantages.map((vantage) => vantage.name);
  return {
    replicas: (selector, option) => {
      const found = namesOf(selector, { components: stack.components, vantages: [] });
      if (found.length === 0) refuse(option, "unknown-service", `unknown component "${selector}"${suggestion(selector, components)}`);
      return found;
    },
    network: (vantage, component, asked) => {
      if (!vantages.includes(vantage)) {
        refuse("from", "unknown-service", `unknown vantage "${vantage}"${suggestion(vantage, vantages)}`);
        return undefined;
      }
      if (asked !== undefined && !stack.networks.includes(asked)) {
        refuse("network", "unknown-network", `unknown network "${asked}"${suggestion(asked, stack.networks)}`);
        return undefined;
      }
      const shared = networksOf(component, stack).filter((network) => networksOf(vantage, stack).includes(network));
      const chosen = asked === undefined ? shared[0] : shared.find((network) => network === asked);
      if (chosen === undefined)
        refuse(
          asked === undefined ? "from" : "network",
          "no-shared-network",
          `${from} and ${component} share no network${asked === undefined ? "" : ` "${asked}"`}`,
        );
      return chosen;
    },
    serviceOf: (component) => stack.components.find((candidate) => candidate.name === component)?.service ?? component,
    refuse,
  };
}
