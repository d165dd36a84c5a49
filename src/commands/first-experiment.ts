// The text of a first experiment for a target and a kind of fault: only what can be decided is predicted, and only where the fault does not reach; all else is left as a question.
import { dataPositions } from "../files/positions.ts";
import { experimentOf, loadExperiment, type ResolveTarget, variantsOf } from "../files/load-experiment.ts";
import type { Plan } from "../model/plan.ts";
import { planes } from "../model/plane.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import type { Facts } from "../plan/facts.ts";
import { type Planned, plan } from "../plan/plan.ts";
import { type FaultSpec, faultChoices, kindsOfFaults, mayNotAct } from "./fault-choice.ts";
import { blockedInVain, meets, signalMeets } from "./fault-reach.ts";

export interface FirstExperiment {
  /** Where the file will be, as the user named it. */
  readonly file: string;
  /** As it will stand in the file. */
  readonly target: string;
  readonly variant: string | undefined;
  readonly kind: string;
  /** As the first line names it to editors. */
  readonly schema: string;
  readonly resolve: ResolveTarget;
  readonly facts: Facts;
}

export type Written =
  | {
      readonly ok: true;
      readonly text: string;
      readonly plan: Plan;
      /** What may come to nothing, in sentences. */
      readonly doubts: readonly string[];
    }
  | {
      readonly ok: false;
      readonly why: string;
      /** The target or the variant itself is at fault: no kind would do. */
      readonly unplannable: boolean;
    };

/** Seconds: the shortest that decide every prediction are taken. */
const ladder = [
  { baseline: 5, fault: 8, recovery: 6 },
  { baseline: 10, fault: 20, recovery: 20 },
  { baseline: 15, fault: 30, recovery: 20 },
  { baseline: 20, fault: 60, recovery: 40 },
  { baseline: 30, fault: 150, recovery: 90 },
  { baseline: 60, fault: 400, recovery: 200 },
] as const;
const mostRefusals = 3;
type Phases = (typeof ladder)[number];

/** What is returned has been read again from its own text and planned. */
export function firstExperiment(first: FirstExperiment): Written {
  const chosen = choose(first);
  if (!chosen.ok) return chosen;
  const found = first.resolve(first.target);
  const variants = found.ok && first.variant === undefined ? (variantsOf(found.file, found.text) ?? []) : [];
  const doubt = mayNotAct(chosen.spec, chosen.plan.stack, variants);
  let problems: readonly Problem[] = [];
  for (const phases of ladder) {
    const text = textOf(first, chosen.spec, chosen.plan, phases, doubt);
    const loaded = loadExperiment(first.file, text, first.resolve);
    const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, first.facts) : loaded;
    if (planned.ok) return { ok: true, text, plan: planned.plan, doubts: doubt === undefined ? [] : [doubt] };
    problems = planned.problems;
  }
  return { ok: false, why: problems.map(formatProblem).join("\n\n"), unplannable: false };
}

/** The kinds that the target can be asked to bear. */
export const kindsThatFit = (first: FirstExperiment): readonly string[] => kindsOfFaults.filter((kind) => choose({ ...first, kind }).ok);

type Chosen = { readonly ok: true; readonly spec: FaultSpec; readonly plan: Plan } | Extract<Written, { readonly ok: false }>;

/** The first way to break this target with this kind that a plan accepts and that something could feel. */
function choose(first: FirstExperiment): Chosen {
  const stack = planned(first, { kind: "noop" });
  if (!stack.ok) {
    // A problem of the experiment has no place: nobody has written that yet.
    const lines = stack.problems.map((problem) => (problem.file === first.file ? problem.message : formatProblem(problem)));
    return { ok: false, why: lines.join("\n\n"), unplannable: true };
  }
  const refusals = new Set<string>();
  for (const spec of faultChoices(first.kind, stack.plan.stack)) {
    const tried = planned(first, spec);
    const vain = tried.ok ? blockedInVain(tried.plan) : undefined;
    if (tried.ok && vain === undefined) return { ok: true, spec, plan: tried.plan };
    if (vain !== undefined) refusals.add(`no probe, signal or edge of the target meets ${vain}`);
    for (const { message } of tried.ok ? [] : tried.problems) refusals.add(message);
  }
  if (refusals.size === 0)
    return { ok: false, why: `${first.kind} has options that only a person can choose for this target`, unplannable: false };
  return { ok: false, why: [...refusals].slice(0, mostRefusals).join("; "), unplannable: false };
}

function planned({ file, target, variant, resolve, facts }: FirstExperiment, fault: FaultSpec): Planned {
  const phases = { baseline: "5s", fault: "8s", recovery: "6s" };
  const source = {
    version: 1,
    title: "first look",
    target,
    phases,
    faults: [fault],
    predict: {},
    ...(variant !== undefined && { variant }),
  };
  const loaded = experimentOf(source, dataPositions(file), resolve);
  return loaded.ok ? plan(loaded.experiment, loaded.experiment.target, facts) : loaded;
}

function textOf(
  { target, variant, schema }: FirstExperiment,
  spec: FaultSpec,
  { stack, faults, probes, signals, changes }: Plan,
  phases: Phases,
  doubt: string | undefined,
): string {
  const met = probes.filter((probe) => meets(changes, stack, probe));
  const metSignals = new Set(signals.filter((signal) => signalMeets(changes, stack, signal)).map(({ name }) => name));
  const calmSignals = [...new Set(signals.map(({ name }) => name))].filter((name) => !metSignals.has(name));
  return [
    `# yaml-language-server: $schema=${schema}`,
    "# A first look, written by `planefault init`. It predicts only what the fault should not reach; the rest is yours to fill in after you have seen a run.",
    "version: 1",
    "# The hypothesis in one sentence: every report begins with it.",
    `title: ${JSON.stringify(`first look: ${faults[0]?.sentence.split(/; /u, 1)[0] ?? spec.kind}`)}`,
    `target: ${word(target)}`,
    ...(variant === undefined ? [] : [`variant: ${word(variant)}`]),
    "# The target is watched before, during and after the fault. `planefault plan` refuses phases that are too short to decide a prediction.",
    `phases: { baseline: ${phases.baseline}s, fault: ${phases.fault}s, recovery: ${phases.recovery}s }`,
    "# What is broken, and where. `planefault list` shows the other kinds.",
    ...(doubt === undefined ? [] : [`# ${doubt}.`]),
    `faults: [{ ${Object.entries(spec)
      .map(([key, value]) => `${key}: ${typeof value === "number" ? value : word(value)}`)
      .join(", ")} }]`,
    "predict:",
    ...planeLines(probes, met),
    ...signalLines(calmSignals, metSignals),
    ...(changes.length === 0
      ? ["  # What a reader of the samples alone would conclude.", "  diagnosis: { root: none }"]
      : [
          "  # Every probe that showed a symptom is free of it again so long after the fault has gone: a guess, to be tightened.",
          `  recovery: { within: ${Math.round(phases.recovery / 2)}s }`,
          "  # What would a reader of the samples alone conclude? A place goes with it (`component: NAME`); without one it is said that none is named. For instance:",
          `  # diagnosis: { root: ${met[0]?.plane ?? "data"} }`,
        ]),
    "",
  ].join("\n");
}

function planeLines(probes: Plan["probes"], met: Plan["probes"]): readonly string[] {
  const lines = planes.flatMap((plane) => {
    const own = namesOf(probes.filter((probe) => probe.plane === plane));
    const asked = namesOf(met.filter((probe) => probe.plane === plane));
    if (own.length === 0) return [];
    if (asked.length === 0)
      return [
        "    # By the target's edges none of its probes meets the fault; that nothing changes must be proved over fault and recovery.",
        `    ${plane}: unaffected`,
      ];
    const calm = own.filter((name) => !asked.includes(name));
    const question = `The fault is in the way of ${asked.join(", ")}. What will show? failing, slow, stale, wrong or none:`;
    const example = `{ probe: ${asked[0]}, symptom: failing }`;
    if (calm.length === 0) return [`    # ${question}`, `    # ${plane}: [${example}]`, `    # ${plane}: unaffected`];
    return [
      `    ${plane}:`,
      "      # These do not meet the fault, by the target's edges.",
      ...calm.map((name) => `      - { probe: ${name}, symptom: none }`),
      `      # ${question}`,
      `      # - ${example}`,
    ];
  });
  return [lines.some((line) => !/^ +#/u.test(line)) ? "  planes:" : "  # planes:", ...lines];
}

const namesOf = (probes: Plan["probes"]): readonly string[] => [...new Set(probes.map(({ name }) => name))];

function signalLines(calm: readonly string[], met: ReadonlySet<string>): readonly string[] {
  const questions = [...met].map((name) => `    # ${name}: { claims: healthy, during: fault }`);
  return [
    ...(calm.length + met.size === 0
      ? []
      : ["  # What the system itself claims meanwhile: a signal that stays healthy while users suffer is a false green."]),
    ...(calm.length > 0 ? ["  signals:"] : met.size > 0 ? ["  # signals:"] : []),
    ...calm.map((name) => `    ${name}: { claims: healthy, during: fault }`),
    ...(met.size > 0 ? ["    # The fault is in the way of these. healthy, unhealthy or silent?", ...questions] : []),
  ];
}

/** Plain where YAML takes it for the text that it is. */
const word = (text: string): string =>
  /^[a-z][a-z0-9@/.-]*$/u.test(text) && !/^(?:true|false|null|yes|no|on|off)$/u.test(text) ? text : JSON.stringify(text);
