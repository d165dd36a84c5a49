// For whom a signal answers: its green is a lie where one of these is impaired, and none where only others are.
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Stack } from "../model/stack.ts";
import type { Path } from "./paths.ts";
import { onOwnPlane } from "./suspects.ts";

/** Whether traffic flows and things can be changed, and not whether somebody can see it, unless its target says so. */
export const speaksOf = ({ alsoAbout = [] }: SignalInstance, { plane, name }: ProbeInstance): boolean =>
  plane !== "management" || alsoAbout.includes(name);

/**
 * The impaired ones for which this signal answers, of all whose condition is known: those about its own component, each of them. Where nobody asks that one directly, those that reach it over a network of their
 * own plane (a read from a cache says nothing of the store behind it), before its siblings where there are such (a replica of the application hangs on its own member of etcd); most of them calm speak for it.
 * A dashboard, which nobody asks on the way, answers for all.
 */
export function answersFor(
  stack: Stack,
  signal: SignalInstance,
  known: readonly Path[],
  isImpaired: (path: Path) => boolean,
): readonly Path[] {
  const { component } = signal;
  const spoken = known.filter(({ probe }) => speaksOf(signal, probe));
  const about = spoken.filter(({ probe }) => probe.component === component);
  if (about.some(({ probe }) => probe.plane !== "management")) return about.filter(isImpaired);
  const through = spoken.filter(({ probe, reach }) => probe.component !== component && reach.has(component));
  if (through.length === 0) return spoken.filter(isImpaired);
  const near = [
    (path: Path): boolean => onOwnPlane(path, [component], known),
    (path: Path): boolean => isNearest(stack, path, component),
  ].reduce(narrowed, through);
  return [...about.filter(isImpaired), ...mostly(near, isImpaired)];
}

/** Those of this kind, where there are any. */
function narrowed(paths: readonly Path[], isSuch: (path: Path) => boolean): readonly Path[] {
  const such = paths.filter(isSuch);
  return such.length > 0 ? such : paths;
}

/** As with the diagnosis: half as many calm ones acquit. */
function mostly(asking: readonly Path[], isImpaired: (path: Path) => boolean): readonly Path[] {
  const impaired = asking.filter(isImpaired);
  return 2 * (asking.length - impaired.length) < impaired.length ? impaired : [];
}

function isNearest({ components }: Stack, { reach }: Path, name: string): boolean {
  const service = components.find((one) => one.name === name)?.service;
  const hops = components.flatMap((one) => (one.service === service ? [reach.get(one.name)?.hops ?? Infinity] : []));
  return reach.get(name)?.hops === Math.min(...hops);
}
