// The text of a target file to everything a plan needs from it: stack, probe instances, signal instances; or all of its problems at once.
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Problem } from "../model/problem.ts";
import type { Stack } from "../model/stack.ts";
import type { BindContext } from "../probes/kind.ts";
import { bindSignal } from "../probes/signal.ts";
import { check } from "./explain.ts";
import { suggestion } from "../model/nearest.ts";
import { attachedSource, refuseLogins } from "./attached.ts";
import { type Beside, nothingBeside } from "./beside.ts";
import { composedSource } from "./compose/source.ts";
import type { LoadOptions } from "./load.ts";
import { ownServices } from "./own-services.ts";
import { type DataPath, type Mistake, type Positions, refused } from "./positions.ts";
import { buildStack, namesOf, networksOf, type Refuse, type StackSource } from "./stack.ts";
import { AttachedTargetFile, ComposedTargetFile, isAttached, isComposed, TargetFile } from "./target.ts";
import { parseYaml } from "./yaml.ts";

export interface Target {
  readonly file: string;
  readonly stack: Stack;
  readonly probes: readonly ProbeInstance[];
  readonly signals: readonly SignalInstance[];
  /** What of a Compose file was ignored, with its place. */
  readonly warnings: readonly string[];
  /** What an experiment with load may leave out. */
  readonly load?: LoadOptions | undefined;
}

export type LoadedTarget = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly problems: readonly Problem[] };

export interface TargetPlace {
  readonly name: string;
  /** Folder of the file: build contexts are relative to it. */
  readonly folder: string;
  readonly variant?: string | undefined;
  /** For targets around a Compose file. */
  readonly beside?: Beside | undefined;
}

export function loadTarget(file: string, text: string, place: TargetPlace): LoadedTarget {
  const parsed = parseYaml(file, text);
  if (!parsed.ok) return parsed;
  return targetOf(parsed.value, parsed.positions, place);
}

function targetOf(data: unknown, positions: Positions, place: TargetPlace): LoadedTarget {
  const found = sourceOf(data, positions, place);
  if (!found.ok) return found;
  const { file, source, warnings } = found;
  const crowd = crowded(source, source.given ? "compose" : "services");
  if (crowd) return refused([crowd], positions);
  const built = buildStack(source, { name: place.name, folder: place.folder, variant: place.variant }, found.mistakes);
  const mistakes: Mistake[] = [...built.mistakes];
  if (mistakes.length > 0) return refused(mistakes, positions);
  const probes = Object.entries(file.probes).flatMap(([name, probe]) =>
    probe.bind(name, contextFor(built.stack, probe.from, ["probes", name], mistakes)),
  );
  if (built.stack.attach) refuseLogins(probes, noteIn(mistakes));
  const seen = [...new Set(probes.flatMap(({ name, plane }) => (plane === "management" ? [name] : [])))];
  const signals = Object.entries(file.signals ?? {}).flatMap(([name, signal]) => {
    const context = contextFor(built.stack, signal.from, ["signals", name], mistakes);
    for (const probe of signal.alsoAbout ?? [])
      if (!seen.includes(probe))
        context.refuse("alsoAbout", "unknown-probe", `unknown probe "${probe}" of the management plane${suggestion(probe, seen)}`);
    return bindSignal(name, signal, context);
  });
  if (mistakes.length > 0) return refused(mistakes, positions);
  return { ok: true, target: { file: positions.file, stack: withPings(built.stack, probes), probes, signals, warnings, load: file.load } };
}

/** One machine runs no more, and what two components share is looked up for each pair of them. */
const mostComponents = 100;

function crowded({ services }: StackSource, key: string): Mistake | undefined {
  const count = Object.values(services).reduce((sum, { replicas }) => sum + replicas, 0);
  if (count <= mostComponents) return undefined;
  return { path: [key], part: "key", code: "out-of-range", message: `the target has ${count} components; at most ${mostComponents}` };
}

function withPings(stack: Stack, probes: readonly ProbeInstance[]): Stack {
  const pings = new Set(probes.flatMap(({ vantage, measurement }) => (measurement.kind === "icmp" ? [vantage] : [])));
  return { ...stack, vantages: stack.vantages.map((vantage) => (pings.has(vantage.name) ? { ...vantage, pings: true } : vantage)) };
}

type Source =
  | {
      readonly ok: true;
      readonly file: Pick<TargetFile, "probes" | "signals" | "load">;
      readonly source: StackSource;
      readonly warnings: readonly string[];
      readonly mistakes: readonly Mistake[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const noteIn =
  (mistakes: Mistake[]): Refuse =>
  (path, code, message, part = "value") =>
    void mistakes.push({ path, code, message, part });

/** Services of the file's own, those of its Compose file, or those that run already. */
function sourceOf(data: unknown, positions: Positions, { name, beside = nothingBeside }: TargetPlace): Source {
  if (isComposed(data) && !isAttached(data)) {
    const checked = check(ComposedTargetFile, data, "a target");
    if (!checked.ok) return refused(checked.mistakes, positions);
    const composed = composedSource(checked.value, name, beside, positions);
    return composed.ok ? { ...composed, file: checked.value, mistakes: [] } : composed;
  }
  const mistakes: Mistake[] = [];
  if (isAttached(data)) {
    const checked = check(AttachedTargetFile, data, "a target");
    if (!checked.ok) return refused(checked.mistakes, positions);
    return { ok: true, file: checked.value, source: attachedSource(checked.value, noteIn(mistakes)), warnings: [], mistakes };
  }
  const checked = check(TargetFile, data, "a target");
  if (!checked.ok) return refused(checked.mistakes, positions);
  const file = checked.value;
  const services = ownServices(file, noteIn(mistakes));
  return { ok: true, file, source: { ...file, networks: Object.keys(file.networks), services }, warnings: [], mistakes };
}

export function contextFor(stack: Stack, from: string, path: DataPath, mistakes: Mistake[]): BindContext {
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
