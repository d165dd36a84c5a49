// For whom a signal answers: its green is a lie where one of these is impaired, and none where only others are.
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Stack } from "../model/stack.ts";
import { type Path, endpoints, isAnsweredByProgram } from "./paths.ts";
import { onOwnPlane } from "./suspects.ts";

/** Whether traffic flows and things can be changed, and not whether somebody can see it, unless its target says so. */
export const speaksOf = ({ alsoAbout = [] }: SignalInstance, { plane, name }: ProbeInstance): boolean =>
  plane !== "management" || alsoAbout.includes(name);

/**
 * The impaired ones for which this signal answers, of all whose condition is known: those about its own component, each of them.
 * Where nobody asks that one directly, those that reach it from somebody who still answers something (a killed application says nothing of its store), over a network of their own plane (nor does a read from
 * a cache), before its siblings (a replica of the application hangs on its own member of etcd), each where there are such; most of them calm speak for it. A dashboard, which nobody asks on the way, answers for all.
 * What does not come because somebody else should have written it who is in trouble himself, counts for none of them: that one's own trouble does.
 */
export function answersFor(
  stack: Stack,
  signal: SignalInstance,
  known: readonly Path[],
  isImpaired: (path: Path) => boolean,
): readonly Path[] {
  const { component } = signal;
  const ownOf = (name: string): readonly Path[] => known.filter((path) => isOwn(path, name));
  const isInTrouble = (name: string): boolean => ownOf(name).some(isImpaired);
  /** Its program does nothing that it is asked. */
  const isDown = (name: string): boolean => isInTrouble(name) && ownOf(name).every(isImpaired);
  const spoken = known.filter((path) => speaksOf(signal, path.probe) && !(isImpaired(path) && writers(path).some(isInTrouble)));
  const about = spoken.filter(({ probe }) => probe.component === component);
  if (about.some(({ probe }) => probe.plane !== "management")) return about.filter(isImpaired);
  const through = spoken.filter(({ probe, reach }) => probe.component !== component && reach.has(component));
  if (through.length === 0) return spoken.filter(isImpaired);
  const near = [
    ({ probe }: Path): boolean => !endpoints(probe).some((asked) => isDown(asked.component)),
    (path: Path): boolean => onOwnPlane(path, [component], known),
    (path: Path): boolean => isNearest(stack, path, component),
  ].reduce(narrowed, through);
  return [...about.filter(isImpaired), ...mostly(near, isImpaired)];
}

/** Where its numbers are written, if not at whom it is about. */
const writers = ({ probe }: Path): readonly string[] => {
  const asked = endpoints(probe).map(({ component }) => component);
  return asked.slice(0, -1).filter((name) => name !== probe.component);
};

/** Users' traffic and changes for which nobody but this component is asked. */
const isOwn = ({ probe }: Path, component: string): boolean =>
  probe.plane !== "management" && isAnsweredByProgram(probe) && endpoints(probe).every((endpoint) => endpoint.component === component);

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
