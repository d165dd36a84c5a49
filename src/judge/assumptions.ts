// What must hold before any prediction is looked at, in this order. One broken assumption makes the run inconclusive and names itself: unknown never counts as success.
import type { Assumption } from "../model/verdict.ts";
import { baselineOf } from "./baseline.ts";
import { within } from "./blocks.ts";
import { givenUp, incomplete } from "./completed.ts";
import { type Facts, neededInstances } from "./facts.ts";
import { foreignChanges, renewedIn } from "./leaks.ts";
import { loadComplaints, loadSentence } from "./load.ts";
import { coverageOf } from "./coverage.ts";
import { isFaultReached } from "./spans.ts";
import { disturbed } from "./slow-machine.ts";
import { type Observed, tracesOf } from "./symptoms.ts";

const fewestBlocks = 5;

/** With each complaint by itself: joined in `detail` they can no longer be told apart. */
export interface Checked extends Assumption {
  readonly complaints: readonly string[];
}

/** Broken where there is a complaint, or where it could not be looked at. */
const assumption = (name: Assumption["name"], complaints: readonly string[], fine: string, unseen?: string): Checked => ({
  name,
  held: complaints.length === 0 && unseen === undefined,
  detail: [...complaints, ...(unseen === undefined ? [] : [`not judged: ${unseen}`])].join("; ") || fine,
  complaints,
});

/** What follows from a baseline that was never steady is no reason of its own. */
const asConsequence = (checked: Checked): Checked => ({ ...checked, complaints: [] });

/** "completed: ..."; what has a complaint of its own comes before what only follows from another one. */
export function firstBroken(all: readonly Checked[]): string | undefined {
  const broken = all.find(({ complaints }) => complaints.length > 0) ?? all.find(({ held }) => !held);
  return broken && `${broken.name}: ${broken.detail}`;
}

/** `refuted`: a prediction is, as it looks. Then it matters whether the machine itself was slow. */
export function assumptionsOf(facts: Facts, refuted: boolean): readonly Checked[] {
  const needed = neededInstances(facts.plan).flatMap((instance) => facts.observed.get(instance) ?? []);
  const given = givenUp(facts.records);
  const follows = given.length > 0 ? asConsequence : (checked: Checked) => checked;
  const unseen = unseenOf(needed);
  return [
    assumption(
      "completed",
      incomplete(facts.records),
      "every phase was run to its end",
      given.length > 0 ? "the run ended in its baseline" : undefined,
    ),
    assumption(
      "steady-baseline",
      given.length > 0 ? given : needed.flatMap((one) => unsteady(facts, one)),
      `no symptom in the baseline of ${needed.length} instances${triesOf(facts)}`,
      given.length > 0 ? undefined : unseen,
    ),
    follows(assumption("baseline-too-weak", needed.flatMap(weak), "every baseline stays under half its tolerance", unseen)),
    follows(
      assumption(
        "enough-samples",
        needed.flatMap((one) => tooFew(facts, one)),
        "every instance was seen before and during the fault",
      ),
    ),
    assumption(
      "prober-starved",
      [...needed.flatMap((one) => starved(facts, one)), ...(refuted ? disturbed(facts) : [])],
      "the probers kept up",
    ),
    follows(
      assumption(
        "fault-acted",
        notActed(facts),
        facts.plan.changes.length === 0 ? "nothing was to act" : facts.witnesses.map(({ sentence }) => sentence).join("; "),
      ),
    ),
    assumption("fault-gone", notGone(facts), facts.plan.changes.length === 0 ? "nothing was to go" : "every witness saw it gone"),
    assumption(
      "no-bystander-harm",
      facts.witnesses.flatMap(({ harm }) => harm ?? []),
      "no bystander noticed",
    ),
    assumption(
      "no-foreign-change",
      foreignChanges(facts) ?? ["the state before or after was not read"],
      ["the state after equals the state before", ...renewedIn(facts)].join(", but by design for "),
    ),
    ...(facts.plan.load ? [follows(assumption("load-ran", loadComplaints(facts), loadSentence(facts)))] : []),
  ];
}

/** Whoever takes the calmest of several baselines compares with too calm a world, so it is said. */
function triesOf({ records }: Facts): string {
  const tries = records.filter((record) => record.type === "phase" && record.phase === "baseline" && record.edge === "begin").length;
  return tries > 1 ? `, the last of ${tries} that were tried` : "";
}

/** Where some were seen, "enough-samples" names the others. */
const unseenOf = (needed: readonly Observed[]): string | undefined =>
  needed.length > 0 && needed.every(({ baseline }) => !baseline) ? "there was no baseline" : undefined;

/** The second half is judged against the first as a fault would be. */
function unsteady(facts: Facts, { probe, series }: Observed): readonly string[] {
  const { from, to } = facts.spans.baseline;
  const middle = (from + to) / 2;
  const first = baselineOf(probe, series, { from, to: middle }, to, facts.alpha);
  const rows = within(series.taken, { from, to }).filter(([at, tookMs]) => at + tookMs <= facts.spans.fault.from);
  return tracesOf({ probe, series: { ...series, taken: rows }, baseline: first }, { from: middle, to }, facts.alpha).flatMap(
    ({ symptom, called }) => (called ? [`${probe.instance} ${symptom} in the baseline`] : []),
  );
}

function weak({ probe, baseline }: Observed): readonly string[] {
  if (!baseline || baseline.badShare <= probe.tolerance / 2) return [];
  return [
    `${probe.instance}: ${(100 * baseline.badShare).toFixed(1)} % of the baseline's blocks were bad, half the tolerance is ${(50 * probe.tolerance).toFixed(1)} %`,
  ];
}

function tooFew(facts: Facts, { probe, series, baseline }: Observed): readonly string[] {
  const blocks = baseline?.blocks.length ?? 0;
  if (blocks < fewestBlocks) return [`${probe.instance}: ${blocks} blocks of baseline, at least ${fewestBlocks} are needed`];
  return within(series.taken, facts.spans.fault).length === 0 ? [`${probe.instance}: no sample during the fault`] : [];
}

/** One missed sample is allowed to slow probes, of which it may be more than 2 %. */
function starved(facts: Facts, { probe, series }: Observed): readonly string[] {
  const judged = isFaultReached(facts.records) ? [facts.spans.judged] : [];
  const { scheduled, taken } = coverageOf(series, [facts.spans.baseline, ...judged]);
  const missed = scheduled - taken;
  return missed > Math.max(1, 0.02 * scheduled) ? [`${probe.instance}: ${missed} of ${scheduled} samples missed`] : [];
}

function notActed({ plan, records, witnesses }: Facts): readonly string[] {
  const refused = records.flatMap((record) =>
    record.type === "fired" && record.answer === "refused" ? [`${record.change} was refused: ${record.detail ?? "no reason given"}`] : [],
  );
  const unwatched = plan.changes
    .filter(({ id }) => !witnesses.some(({ changes }) => changes.includes(id)))
    .map(({ id }) => `${id} has no witness`);
  return [
    ...refused,
    ...unwatched,
    ...witnesses.flatMap(({ acted, during, sentence }) =>
      acted ? [] : [`${during === "unseen" ? "not seen acting" : "did not act as asked"}: ${sentence}`],
    ),
  ];
}

function notGone({ plan, witnesses, spans }: Facts): readonly string[] {
  const open = plan.changes
    .filter(({ id }) => spans.acted.has(id) && spans.acted.get(id)?.to === undefined)
    .map(({ id }) => `${id} was not undone`);
  return [
    ...open,
    ...witnesses.flatMap(({ gone, after, changes, sentence }) =>
      gone || !changes.some((change) => spans.acted.has(change))
        ? []
        : [`${after === "unseen" ? "not seen gone" : "still acting"}: ${sentence}`],
    ),
  ];
}
