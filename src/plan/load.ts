// The experiment's load, with what its target says about it, to what k6 is told and to the probe instances that it samples. What cannot be is refused here.
import { hidden } from "../model/hidden.ts";
import type { Load, LoadHost } from "../model/load.ts";
import { loadPlace } from "../model/load.ts";
import type { ProbeInstance } from "../model/probe.ts";
import type { LoadedExperiment } from "../files/load-experiment.ts";
import type { LoadOptions } from "../files/load.ts";
import { contextFor, type Target } from "../files/load-target.ts";
import type { Mistake } from "../files/positions.ts";
import { type BindContext, expected, instanceName, parseUrl, request, targetOf } from "../probes/kind.ts";

/** A late answer holds its virtual user until the deadline; each costs k6 about a megabyte. */
const mostInFlight = 500;
const defaults = { deadlineMs: 1_000, tolerance: 0.05, slowFloorMs: 10 } as const;
/** The baseline is tried up to three times; starting and stopping take less than the rest. */
const longestMs = (phases: LoadedExperiment["spec"]["phases"]): number => 3 * phases.baseline + phases.fault + phases.recovery + 60_000;

type Experiment = Pick<LoadedExperiment, "spec" | "script">;

/** The target as the rest of the plan sees it: with k6 beside a vantage, and with what it samples among the probes. */
export function planLoad(
  { spec, script }: Experiment,
  target: Target,
  mistakes: Mistake[],
): { readonly load?: Load; readonly target: Target } {
  if (spec.load === undefined) return { target };
  const options: LoadOptions = { ...target.load, ...spec.load };
  const { from } = options;
  const context = contextFor(target.stack, from ?? "", ["load"], mistakes);
  const taken = [...target.stack.components, ...target.stack.vantages, ...target.probes].some(({ name }) => name === loadPlace);
  if (taken) context.refuse("", "duplicate-name", `the target has something of its own that is called "${loadPlace}"`);
  if (from === undefined) missing(context, "from");
  else if (!target.stack.vantages.some(({ name }) => name === from)) context.refuse("from", "unknown-service", `unknown vantage "${from}"`);
  if (taken || from === undefined || mistakes.length > 0) return { target };
  const stack = { ...target.stack, load: from };
  if (spec.load.rate === undefined)
    return {
      target: { ...target, stack },
      load: {
        kind: "script",
        vantage: from,
        file: spec.load.script ?? "",
        text: script ?? "",
        environment: hidden(options.environment ?? {}),
        hosts: bindHosts(options.hosts ?? {}, from, context),
        longestMs: longestMs(spec.phases),
      },
    };
  const probes = bindRate(spec.load.rate, options, from, context);
  return {
    target: { ...target, stack, probes: [...target.probes, ...probes] },
    load: { kind: "rate", vantage: from, instances: probes.map(({ instance }) => instance) },
  };
}

const missing = (context: BindContext, option: string): void =>
  context.refuse("", "missing-option", `load needs the option "${option}", here or in the load section of the target`);

/** The replicas share the rate evenly, each with an instance of its own. */
function bindRate(rate: number, options: LoadOptions, from: string, context: BindContext): readonly ProbeInstance[] {
  const { to, url } = options;
  if (to === undefined) missing(context, "to");
  if (url === undefined) missing(context, "url");
  if (to === undefined || url === undefined) return [];
  const deadlineMs = options.deadline ?? defaults.deadlineMs;
  const inFlight = Math.ceil((rate * deadlineMs) / 1_000);
  if (inFlight > mostInFlight)
    context.refuse(
      "rate",
      "load-too-heavy",
      `${rate} requests per second with a deadline of ${deadlineMs} ms are up to ${inFlight} at once: at most ${mostInFlight}, so ask for fewer or give up on them earlier`,
    );
  const replicas = context.replicas(to, "to");
  return replicas.flatMap((component): readonly ProbeInstance[] => {
    const target = targetOf(component, { from, network: options.network }, context);
    const parsed = target && parseUrl(url, "url", target, context);
    if (!parsed) return [];
    const { method, body } = options;
    return [
      {
        instance: instanceName(loadPlace, component, context),
        name: loadPlace,
        component,
        vantage: from,
        everyMs: (1_000 * replicas.length) / rate,
        deadlineMs,
        plane: "data",
        tolerance: options.tolerance ?? defaults.tolerance,
        slowFloorMs: options.slowFloor ?? defaults.slowFloorMs,
        measurement: {
          kind: "http",
          connection: options.connection ?? "new",
          request: request(parsed, {
            ...(method && { method }),
            ...(body === undefined ? {} : { body }),
            expect: expected(options.expect, component),
          }),
        },
      },
    ];
  });
}

function bindHosts(hosts: NonNullable<LoadOptions["hosts"]>, from: string, context: BindContext): Readonly<Record<string, LoadHost>> {
  const bound = Object.entries(hosts).flatMap(([host, answerer]): readonly (readonly [string, LoadHost])[] => {
    const [selector = "", port] = answerer.split(":");
    // Host names have dots, so the place of a refusal is the whole of `hosts`.
    const [component, ...others] = context.replicas(selector, "hosts");
    if (component === undefined) return [];
    if (others.length > 0)
      context.refuse(
        "hosts",
        "ambiguous-name",
        `"${selector}" stands for ${[component, ...others].join(", ")}: a host name has one address, so name one of them`,
      );
    const network = context.network(from, component, undefined);
    return network === undefined ? [] : [[host, { component, network, port: port === undefined ? undefined : Number(port) }]];
  });
  return Object.fromEntries(bound);
}
