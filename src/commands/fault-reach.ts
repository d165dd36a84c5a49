// Which probes and signals meet a fault, by the edges that the target declares: what does not meet it is predicted to stay as it is, and the rest is left open.
import { endpoints, type Path, pathOf } from "../judge/paths.ts";
import type { Change, Op } from "../model/op.ts";
import type { ProbeInstance, SignalInstance } from "../model/probe.ts";
import type { Stack } from "../model/stack.ts";

export function meets(changes: readonly Change[], stack: Stack, probe: ProbeInstance): boolean {
  const path = pathOf(stack, probe);
  return changes.some(({ apply }) => ("traffic" in apply ? travels(apply, path) : stands(apply, path)));
}

export const signalMeets = (changes: readonly Change[], stack: Stack, signal: SignalInstance): boolean =>
  meets(changes, stack, {
    ...signal,
    plane: "management",
    tolerance: 0,
    slowFloorMs: 0,
    measurement: { kind: "http", request: signal.request, connection: "new" },
  });

const stands = ({ at }: Op, { probe, reach }: Path): boolean => reach.has(at.component) || probe.vantage === at.component;

interface Way {
  readonly from: string;
  readonly to: string;
  readonly network: string;
  /** Undefined: any, as far as is known. */
  readonly port?: number | undefined;
}

/** Packets of the same two ends over the same network; where the fault names a port, only those to that port. */
function travels({ at, traffic }: Extract<Op, { readonly traffic: unknown }>, { probe, edges }: Path): boolean {
  const first = endpoints(probe).map(({ component, ...way }): Way => ({ from: probe.vantage, to: component, ...way }));
  return [...first, ...edges].some(({ from, to, network, port }) => {
    const ends = [at.component, traffic.from.component];
    const same = network === traffic.network && ends.includes(from) && ends.includes(to);
    return same && (traffic.port === undefined || port === undefined || (traffic.port === port && to === at.component));
  });
}
