// What load by k6 costs whoever measures beside it: `node --conditions=planefault-source bench/k6-overhead.ts [rate] [rounds]`. Runs the target echo with nothing broken, in turns
// without and with load, on real containers. Prints the probers' times and everybody's processor time with their ratios, asserts nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/commands/run-experiment.ts";
import { connectEngine, type Engine } from "../src/drivers/docker/engine.ts";
import { label } from "../src/drivers/docker/labels.ts";
import { readDefinedExperiment } from "../src/files/read.ts";
import { formatProblem } from "../src/model/problem.ts";
import type { Plan } from "../src/model/plan.ts";
import { plan } from "../src/plan/plan.ts";

const [rate = 50, rounds = 2] = process.argv.slice(2).map(Number);

function planWith(load: object): Plan {
  const source = {
    version: 1,
    title: "what load by k6 costs",
    target: "echo",
    phases: { baseline: "5s", fault: "15s", recovery: "2s" },
    faults: [{ kind: "noop" }],
    predict: {},
    ...load,
  };
  const loaded = readDefinedExperiment(source, "bench/k6-overhead.ts", import.meta.dirname);
  const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
  if (!planned.ok) throw new Error(planned.problems.map(formatProblem).join("\n"));
  return planned.plan;
}

/** Seconds of processor time by container of this process: "user", "echo", "load". */
async function processorTimes({ docker }: Engine): Promise<ReadonlyMap<string, number>> {
  const own = (await docker.listContainers({ filters: { label: [label.session] } })).filter((one) =>
    one.Labels[label.owner]?.startsWith(`${process.pid}:`),
  );
  const times = own.map(async (one) => {
    const stats = await docker.getContainer(one.Id).stats({ stream: false, "one-shot": true });
    return [`${one.Labels[label.kind]} ${one.Labels[label.name]}`, stats.cpu_stats.cpu_usage.total_usage / 1e9] as const;
  });
  return new Map(await Promise.all(times));
}

/** What one run gave, by name of the figure. */
async function measure(engine: Engine, made: Plan): Promise<ReadonlyMap<string, number>> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-bench-"));
  const times: Promise<ReadonlyMap<string, number>>[] = [];
  try {
    const { verdict, end } = await run(made, {
      reports,
      seed: 1,
      on: (event) => {
        if (event.type === "phase" && event.phase === "hold") times.push(processorTimes(engine));
      },
    });
    if (end.outcome !== "completed") throw new Error(`the run was ${end.outcome}: ${end.reason}`);
    const [before, after] = await Promise.all(times);
    const figures = new Map<string, number>();
    for (const { instance, fault } of verdict.probes) {
      figures.set(`${instance}: median, ms`, fault.medianMs ?? Number.NaN);
      figures.set(`${instance}: 99th percentile, ms`, fault.p99Ms ?? Number.NaN);
      figures.set(`${instance}: missed samples`, fault.missed);
    }
    for (const [name, seconds] of after ?? [])
      figures.set(`${name}: processor, %`, (100_000 * (seconds - (before?.get(name) ?? seconds))) / made.phases.faultMs);
    return figures;
  } finally {
    await rm(reports, { recursive: true });
  }
}

const engine = await connectEngine();
const [without, loaded] = [planWith({}), planWith({ load: { kind: "k6", rate: `${rate}/s` } })];
for (let round = 1; round <= rounds; round += 1) {
  const calm = await measure(engine, without);
  const busy = await measure(engine, loaded);
  console.log(`round ${round}: without -> with ${rate} requests per second by k6`);
  for (const [name, figure] of busy) {
    const before = calm.get(name);
    const ratio = before === undefined || before === 0 ? "" : `  x ${(figure / before).toFixed(2)}`;
    console.log(`  ${name.padEnd(42)} ${(before?.toFixed(2) ?? "-").padStart(7)} -> ${figure.toFixed(2).padStart(7)}${ratio}`);
  }
}
