// How many simulated runs of an experiment two cores do in an hour: `npm run bench:sim -- [runs] [workers] [file]`. Each seed is run on the model, judged, and run once more, which must
// give the same journal byte for byte. Prints one line per figure; ends with 1 where a replay differed.
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadPlan } from "../src/commands/load-plan.ts";
import { seededRandom } from "../src/drivers/sim/random.ts";
import { SimWorld } from "../src/drivers/sim/sim-world.ts";
import { memoryJournal, type MemoryJournal } from "../src/journal/memory.ts";
import { judge } from "../src/judge/judge.ts";
import type { Plan } from "../src/model/plan.ts";
import { conduct } from "../src/run/conduct.ts";
import { virtualClock } from "../src/run/virtual-clock.ts";

const goalPerHour = 20_000;
const hourMs = 3_600_000;

interface Task {
  readonly file: string;
  readonly firstSeed: number;
  readonly runs: number;
}

interface Done {
  readonly outcomes: readonly string[];
  /** Seeds whose replay differed. */
  readonly different: readonly number[];
  readonly journalBytes: number;
  /** Milliseconds of processor time of the worker's own thread. */
  readonly simulatedMs: number;
  readonly judgedMs: number;
}

async function planOf(file: string): Promise<Plan> {
  const planned = await loadPlan(file);
  if (!planned.ok) throw new Error(planned.problems);
  return planned.plan;
}

async function simulated(plan: Plan, seed: number): Promise<MemoryJournal> {
  const clock = virtualClock();
  const journal = memoryJournal();
  await conduct(plan, new SimWorld(clock, seededRandom(seed)), clock, journal, { run: `seed-${seed}`, seed });
  return journal;
}

async function work({ file, firstSeed, runs }: Task): Promise<Done> {
  const plan = await planOf(file);
  const outcomes: string[] = [];
  const different: number[] = [];
  let [journalBytes, simulatedMs, judgedMs] = [0, 0, 0];
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const startMs = threadMs();
    const journal = await simulated(plan, seed);
    const first = journal.text();
    simulatedMs += threadMs() - startMs;
    const judgingMs = threadMs();
    outcomes.push(judge(journal.records).outcome);
    judgedMs += threadMs() - judgingMs;
    journalBytes += first.length;
    if (hashOf(first) !== hashOf((await simulated(plan, seed)).text())) different.push(seed);
  }
  return { outcomes, different, journalBytes, simulatedMs, judgedMs };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const workOf = (task: Task): Promise<Done> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: task });
    worker.once("message", resolve).once("error", reject);
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function measure(runs: number, workers: number, file: string): Promise<void> {
  const plan = await planOf(file);
  const { stack, probes, signals, witnesses } = plan;
  console.log(
    `${file}: ${stack.components.length} components, ${probes.length} probes, ${signals.length} signals, ${witnesses.length} witnesses; ${workers} workers on ${availableParallelism()} cores`,
  );
  const share = Math.ceil(runs / workers);
  const usedBefore = process.cpuUsage();
  const startedMs = performance.now();
  const done = await Promise.all(
    Array.from({ length: workers }, (_, index) => workOf({ file, firstSeed: 1 + index * share, runs: share })),
  );
  const elapsedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(usedBefore);
  const count = share * workers;
  const outcomes = Map.groupBy(
    done.flatMap((one) => one.outcomes),
    (outcome) => outcome,
  );
  const different = done.flatMap((one) => one.different);
  const processorMs = (user + system) / 1_000 / count;
  const figure = (name: string, value: string): void => console.log(`  ${name.padEnd(34)} ${value}`);
  const perHour = (one: number): string =>
    `${Math.round(one).toLocaleString("en")} (x ${(one / goalPerHour).toFixed(2)} of ${goalPerHour.toLocaleString("en")})`;
  figure("seeds run and judged", `${count}: ${[...outcomes].map(([outcome, all]) => `${all.length} ${outcome}`).join(", ")}`);
  figure(
    "replays byte for byte the same",
    `${count - different.length} of ${count}${different.length === 0 ? "" : `, not ${different.join(", ")}`}`,
  );
  figure("journal", `${Math.round(sum(done.map((one) => one.journalBytes)) / count / 1_000)} kB`);
  figure(
    "processor time per run",
    `${Math.round(sum(done.map((one) => one.simulatedMs)) / count)} ms simulated, ${Math.round(sum(done.map((one) => one.judgedMs)) / count)} ms judged`,
  );
  figure(
    "per seed with its replay",
    `${Math.round(processorMs)} ms of processor time in all threads, ${Math.round((elapsedMs * workers) / count)} ms elapsed`,
  );
  figure("runs per hour, each replayed", perHour((count * hourMs) / elapsedMs));
  figure("by processor time, on two cores", perHour((2 * hourMs) / processorMs));
  process.exitCode = different.length === 0 ? 0 : 1;
}

const [runs = "200", workers = "2", file = "experiments/etcd-app/disk-pressure.yaml"] = process.argv.slice(2);
if (isMainThread) await measure(Number(runs), Number(workers), file);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
else parentPort?.postMessage(await work(workerData as Task));
