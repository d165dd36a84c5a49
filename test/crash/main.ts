// `npm run test:crash -- [--instants 200] [--steps 1] [--seed 1] [--only "harness"] [--trials FILE] [--markdown]`: kills the harness of a run in which every kind of fault acts, at every so many-th journalled
// step and at random instants; then the harness and its agents; then the standbys, too; then all of them and the keeper. Prints what went on and for how long, and ends with 1 where a promise was broken (series.ts).
// `--trials FILE` keeps every trial, makes none that stands there, and counts all of them. Where Pumba is on PATH, it is killed at the same random instants (`--only Pumba`: it alone), for comparison.
// Not part of `npm test`: a trial takes up to half a minute.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { markdownTable, textTable } from "../../src/report/table.ts";
import { isOnPath } from "../../bench/inject/pumba.ts";
import { providePlace } from "../../bench/inject/setting.ts";
import { provideTiny, tinyFile, tinyPlan } from "../docker/tiny.ts";
import { Program } from "../commands/program.ts";
import { Onlooker } from "./onlooker.ts";
import { type PumbaTrial, pumbaTable, pumbaTrial } from "./pumba.ts";
import { complaintsOf, crashTable, seriesTable } from "./table.ts";
import { Steps } from "./steps.ts";
import { type Killed, killed } from "./series.ts";
import { TrialRecord, type Whole } from "./record.ts";
import { type Instant, type Scene, trial } from "./trial.ts";

const { values } = parseArgs({
  options: {
    instants: { type: "string", default: "200" },
    steps: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    trials: { type: "string" },
    markdown: { type: "boolean", default: false },
  },
});
const file = tinyFile("everything");
const { toolbox } = await provideTiny();
const plan = await tinyPlan("everything");
await using onlooker = new Onlooker(toolbox);
const scene: Scene = { engine: await connectEngine(), onlooker, plan, file };

/** How many steps a run has that nobody kills, and how long it takes. */
async function measure(): Promise<Whole> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-crash-"));
  try {
    const from = performance.now();
    const program = new Program(["run", file, "--reports", reports]);
    await program.end(120_000);
    const tookMs = performance.now() - from;
    using steps = new Steps(reports);
    steps.look();
    return { steps: steps.taken.length, tookMs };
  } finally {
    await rm(reports, { recursive: true });
  }
}

const record = new TrialRecord(values.trials);
const { steps, tookMs } = await record.whole(measure);
console.log(`a run that nobody kills has ${steps} steps and takes ${(tookMs / 1_000).toFixed(1)} s`);
const random = seededRandom(Number(values.seed));
const every = Number(values.steps);
const instants: readonly Instant[] = [
  ...(every === 0 ? [] : Array.from({ length: Math.floor(steps / every) }, (_, index) => ({ step: (index + 1) * every }))),
  ...Array.from({ length: Number(values.instants) }, () => ({ afterMs: random() * tookMs })),
];
const kinds: readonly Killed[] = killed.filter((kind) => values.only === undefined || kind === values.only);
const wanted = kinds.flatMap((kind) => instants.map((instant) => ({ kind, instant })));
const open = wanted.filter(({ kind, instant }) => !record.has(kind, instant));
for (const [index, { kind, instant }] of open.entries()) {
  const one = await trial(scene, kind, instant);
  record.add(one);
  for (const complaint of complaintsOf(plan, [one])) console.log(complaint);
  if ((index + 1) % 10 === 0) console.log(`${index + 1} of ${open.length} trials`);
}
const { trials } = record;
const print = values.markdown ? markdownTable : textTable;

/** Its loss is asked to last as long as a run, so that the same offsets find it at work. */
async function pumbaTrials(): Promise<readonly PumbaTrial[]> {
  if ((values.only !== undefined && values.only !== "Pumba") || !isOnPath("pumba")) return [];
  const { placeImage } = await providePlace();
  const done: PumbaTrial[] = [];
  for (const instant of instants) if ("afterMs" in instant) done.push(await pumbaTrial(placeImage, instant.afterMs, tookMs));
  return done;
}

if (trials.length > 0) console.log(`\n${print(crashTable(plan, trials))}\n${print(seriesTable(plan, trials))}`);
const compared = await pumbaTrials();
if (compared.length > 0) console.log(print(pumbaTable(compared, tookMs)));
process.exitCode = complaintsOf(plan, trials).length > 0 ? 1 : 0;
