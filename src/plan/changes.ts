// Faults of the file to changes with ids, times and leases; whatever cannot be done is refused here, before anything starts.
import { type Change, isOfLink, type Op } from "../model/op.ts";
import { formatDuration } from "../model/duration.ts";
import type { Need } from "../model/plan.ts";
import type { Stack } from "../model/stack.ts";
import type { Witness } from "../model/witness.ts";
import type { Experiment } from "../files/experiment.ts";
import type { Mistake } from "../files/positions.ts";
import { pace, type Unpaced } from "./canary-pace.ts";
import { type Facts, lacks } from "./facts.ts";
import { clashes, clashWords, describeOp } from "./resource.ts";
import { compileContext } from "./places.ts";

/** After the planned end of a change: what a late undo may take before the lease ends it. Of what is done to packets and links it ends within a second though no word arrives any more, as behind an engine that hangs. */
const leaseMarginMs = ({ op }: Op): number =>
  op === "packets.block" || op === "link.down" || op === "rate.limit" || op === "packets.disturb" ? 800 : 2_000;
export const longestFaultMs = 600_000;
/** Each has a rule, a witness and an undo of its own. */
const mostChanges = 1_000;

export interface Changes {
  readonly faults: readonly { readonly kind: string; readonly sentence: string }[];
  readonly changes: readonly Change[];
  readonly witnesses: readonly Witness[];
  readonly needs: readonly Need[];
}

export function planChanges(spec: Experiment, stack: Stack, facts: Facts, mistakes: Mistake[]): Changes {
  const changes: Change[] = [];
  const witnesses: Unpaced[] = [];
  const needs = new Set<Need>();
  const faults = spec.faults.map((fault, index) => {
    if (changes.length > mostChanges) return { kind: fault.kind, sentence: "" };
    const refuse = (option: string, code: Mistake["code"], message: string, part: Mistake["part"] = "value"): void =>
      void mistakes.push({ path: ["faults", index, option], part, code, message });
    checkTimes(fault, spec.phases.fault, refuse);
    const compiled = fault.compile(compileContext(stack, refuse));
    for (const { apply, undo } of compiled.changes) {
      const refusal = notAllowed(apply.at.component, stack);
      if (refusal !== undefined) refuse("on", "not-allowed", `${fault.kind} ${refusal}`);
      if (isOfLink({ undo }) && isForeign(apply.at.component, stack))
        refuse("kind", "not-ours", `${fault.kind} ${notOurLink(apply.at.component)}`);
    }
    for (const need of compiled.needs) {
      needs.add(need);
      const lack = lacks(need, facts);
      if (lack) refuse("kind", lack.code, `${fault.kind}: ${lack.message}`);
    }
    if (changes.length + compiled.changes.length > mostChanges)
      refuse("kind", "out-of-range", `the faults up to this one are more than ${mostChanges} changes: name fewer places`);
    const startMs = fault.atMs ?? 0;
    const endMs = fault.forMs === undefined ? spec.phases.fault : startMs + fault.forMs;
    const ids = compiled.changes.map((_, position) => `c${changes.length + position + 1}`);
    const own = compiled.changes.map((change, position): Change => ({
      ...change,
      id: ids[position] ?? "",
      fault: index,
      startMs,
      endMs,
      leaseMs: Math.max(1, endMs - startMs) + leaseMarginMs(change.apply),
    }));
    const clash = own
      .map((change) => ({ change, other: changes.find((earlier) => clashes(earlier, change)) }))
      .find((pair) => pair.other !== undefined);
    if (clash?.other)
      refuse(
        "kind",
        "same-resource",
        `fault ${clash.other.fault + 1} ${clashWords(clash.other, clash.change)}: ${describeOp(clash.change.apply)}`,
      );
    changes.push(...own);
    for (const { change, ...rest } of compiled.witnesses)
      witnesses.push({ ...rest, id: `w${witnesses.length + 1}`, changes: [ids[change] ?? ""] });
    return { kind: fault.kind, sentence: `${fault.explain()}${whenWords(startMs, endMs, spec.phases.fault)}` };
  });
  return { faults, changes, witnesses: pace(witnesses, changes), needs: [...needs] };
}

function notAllowed(component: string, { allow, vantages }: Stack): string | undefined {
  if (allow === undefined || allow.includes(component) || vantages.some(({ name }) => name === component)) return undefined;
  const words = allow.length === 0 ? "the target allows no faults at all" : `the target allows faults on ${allow.join(", ")} only`;
  return `would touch ${component}; ${words}: add it to \`allow\` in the target file if you mean it`;
}

const isForeign = (component: string, { attach, components }: Stack): boolean =>
  attach !== undefined && components.some(({ name }) => name === component);

/** Only a process in its network namespace can bring a link back, and `cleanup` removes no container that is not ours. */
const notOurLink = (component: string): string =>
  `would change a link of ${component}, which planefault did not start: if our agents there died, nobody could bring it back. net.loss, net.partition and port.block end by the kernel's own hand`;

type Times = { readonly atMs: number | undefined; readonly forMs: number | undefined };

function checkTimes(
  { atMs, forMs }: Times,
  faultMs: number,
  refuse: (option: string, code: Mistake["code"], message: string) => void,
): void {
  const start = atMs ?? 0;
  const phase = formatDuration(faultMs);
  if (start >= faultMs)
    refuse("at", "at-outside-phase", `the fault would start at ${formatDuration(start)}, but the fault phase lasts ${phase}`);
  else if (start + (forMs ?? 0) > faultMs)
    refuse("for", "at-outside-phase", `the fault would end at ${formatDuration(start + (forMs ?? 0))}, but the fault phase lasts ${phase}`);
}

function whenWords(startMs: number, endMs: number, faultMs: number): string {
  const start = startMs === 0 ? "" : ` from ${formatDuration(startMs)}`;
  const end = endMs === faultMs ? "" : ` until ${formatDuration(endMs)}`;
  return `${start}${end}`;
}
