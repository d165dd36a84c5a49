// A plan as plain English: what would be done, what undoes it, what is expected and whether the phases can decide it. This is the dry run that `plan` prints.
import { formatDuration } from "../model/duration.ts";
import { becauseWords } from "../model/expectation.ts";
import { type Change, type Holder, isOfLink } from "../model/op.ts";
import type { Budget, Plan } from "../model/plan.ts";
import { planes } from "../model/plane.ts";
import type { Load } from "../model/load.ts";
import { blockLengthMs } from "../statistics/block-length.ts";
import { shortestOutageMs } from "../statistics/burst.ts";
import { describeOp } from "./resource.ts";

const holders: Readonly<Record<Holder, string>> = {
  kernel: "the kernel ends it by itself, with no help of ours",
  agent: "the agent beside the component ends it, also when it loses the harness",
  keeper: "the keeper ends it when the harness is gone",
};

const holderOf = (change: Change): string =>
  isOfLink(change)
    ? "the agent beside the component ends it, or its standby where that agent has died; the keeper cannot"
    : holders[change.holder];

export function explainPlan(plan: Plan): string {
  const { baselineMs, faultMs, recoveryMs } = plan.phases;
  return [
    plan.title,
    `  ${plan.file}`,
    `  target ${plan.stack.name}${plan.stack.variant === undefined ? "" : ` (${plan.stack.variant})`}: ${plan.stack.components.length} components, ${plan.probes.length} probes, ${plan.signals.length} signals`,
    ...attachLines(plan.stack),
    `  baseline ${formatDuration(baselineMs)}, fault ${formatDuration(faultMs)}, recovery ${formatDuration(recoveryMs)}`,
    ...(plan.load ? [`  ${loadSentence(plan.load, plan.probes)}`] : []),
    ...plan.stack.roles.map((role) => `  before each run the role ${role.of}@${role.name} is brought to ${role.at}`),
    "",
    "What is broken",
    ...(plan.faults.length === 0 ? ["  nothing"] : plan.faults.map((fault) => `  ${fault.kind}: ${fault.sentence}`)),
    "",
    ...changeLines(plan.changes),
    ...leftovers(plan),
    "What is predicted",
    ...planes
      .filter((plane) => plan.predictions.some((prediction) => "plane" in prediction && prediction.plane === plane))
      .flatMap((plane) => [`  ${plane}`, ...sentences(plan, plane).map((line) => `    ${line}`)]),
    ...sentences(plan, undefined).map((line) => `  ${line}`),
    `  expected verdict: ${[plan.expect.verdict, becauseWords(plan.expect)].filter((words) => words !== "").join(", ")}`,
    "",
    ...budgetLines(plan),
    ...(plan.aborts.length === 0
      ? []
      : [
          "What ends the run early",
          ...plan.aborts.map(
            (abort) =>
              `  ${Math.round(abort.failing * 100)} % of the samples of ${abort.instances.join(" or ")} fail for ${formatDuration(abort.forMs)} (late ones are known at their deadline)`,
          ),
          "",
        ]),
    ...plan.warnings.map((warning) => `warning: ${warning}`),
  ]
    .join("\n")
    .trimEnd();
}

const attachLines = ({ attach, allow = [] }: Plan["stack"]): readonly string[] =>
  attach === undefined
    ? []
    : [
        `  attached to ${attach.what}, which planefault neither starts nor stops; faults may hit ${allow.length === 0 ? "nothing of it" : `only ${allow.join(", ")}`}`,
      ];

function loadSentence(load: Load, probes: Plan["probes"]): string {
  if (load.kind === "script") return `load: k6 runs ${load.file} beside ${load.vantage}, from the baseline to the recovery`;
  const own = probes.filter(({ instance }) => load.instances.includes(instance));
  const perSecond = Math.round(own.reduce((sum, { everyMs }) => sum + 1_000 / everyMs, 0));
  return `load: k6 sends ${perSecond} requests per second beside ${load.vantage}, from the baseline to the recovery: ${load.instances.join(", ")}`;
}

function changeLines(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return [];
  return [
    "Changes, each with its undo",
    ...changes.flatMap((change) => [
      `  ${change.id}  at ${formatDuration(change.startMs)}: ${describeOp(change.apply)}`,
      `      at ${formatDuration(change.endMs)}: ${describeOp(change.undo)}`,
      `      after ${formatDuration(change.leaseMs)} at the latest: ${holderOf(change)}`,
    ]),
    "",
  ];
}

/** What would still be there if harness, agent and keeper were all killed at once, and of links if those who stand in their namespace were. */
function leftovers({ changes, stack }: Plan): readonly string[] {
  if (changes.length === 0) return [];
  const ruled =
    stack.attach === undefined ? [] : changes.filter(({ apply }) => apply.op === "packets.block").map(({ apply }) => apply.at.component);
  const theirs = [...new Set(ruled)].filter((name) => stack.components.some((component) => component.name === name));
  const dying = "If harness, agents and keeper all die";
  const ended = changes.filter((change) => change.undo.op === "process.ensure");
  const lasting = changes.filter((change) => change.holder !== "kernel" && !ended.includes(change));
  const links = lasting.filter(isOfLink);
  return [
    ...(links.length === 0
      ? []
      : [
          "If an agent and its standby both die, this waits for `planefault cleanup`, whoever else lives:",
          ...links.map((change) => `  ${describeOp(change.undo)}`),
        ]),
    ...(ended.length === 0 ? [] : [`${dying}: the killing ends with them, and supervisors bring back what was killed.`]),
    ...(lasting.length > 0
      ? [`${dying}, this waits for \`planefault cleanup\`:`, ...lasting.map((change) => `  ${describeOp(change.undo)}`)]
      : ended.length === 0
        ? [
            theirs.length === 0
              ? `${dying}: nothing remains, the kernel ends every change.`
              : `${dying}: the kernel ends every change; an empty table of rules in ${theirs.join(", ")} waits for \`planefault cleanup\`.`,
          ]
        : []),
    "",
  ];
}

const sentences = (plan: Plan, plane: string | undefined): readonly string[] =>
  plan.predictions
    .filter((prediction) => ("plane" in prediction ? prediction.plane : undefined) === plane)
    .map((prediction) => prediction.sentence);

function budgetLines(plan: Plan): readonly string[] {
  if (plan.budget.length === 0) return [];
  const rows = [
    ["prediction", "probe", "needed", "available", "outages seen from"],
    ...plan.budget.map((budget) => [
      budget.prediction,
      budget.instance,
      String(budget.needed),
      String(budget.available),
      seenFrom(plan, budget),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`.trimEnd();
  return [
    `Budget: blocks of time that each prediction needs and gets (chance of a false verdict per prediction ${plan.alpha})`,
    ...rows.map(line),
    "",
  ];
}

/** Where calm is predicted: what is shorter may pass as a burst. */
function seenFrom({ predictions, probes }: Plan, { prediction: id, instance }: Budget): string {
  const probe = probes.find((one) => one.instance === instance);
  const isCalm = predictions.some((one) => one.id === id && (one.kind !== "symptom" || one.symptom === "none"));
  return probe && isCalm ? formatDuration(shortestOutageMs(blockLengthMs(probe.everyMs))) : "";
}
