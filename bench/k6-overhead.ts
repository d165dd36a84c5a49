// What load by k6 costs whoever measures beside it: `node --conditions=planefault-source bench/k6-overhead.ts [rounds] [rate]`. Each round runs the target echo with nothing broken, on real
// containers: without load, with requests at a rate, and with the script of experiments/echo, each round beginning with another of them, so that none has the machine's better half hour.
// Prints medians with lowest and highest round, and ratios within the same round; asserts nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/commands/run-experiment.ts";
import { connectEngine, type Engine } from "../src/drivers/docker/engine.ts";
import { label } from "../src/drivers/docker/labels.ts";
import type { Plan } from "../src/model/plan.ts";
import { median } from "../src/statistics/quantile-bound.ts";
import { planned } from "./planned.ts";

const [rounds = 5, rate = 50] = process.argv.slice(2).map(Number);

function planWith(load: object): Plan {
  return planned(
    {
      title: "what load by k6 costs",
      target: "echo",
      phases: { baseline: "5s", fault: "15s", recovery: "2s" },
      faults: [{ kind: "noop" }],
      ...load,
    },
    "bench/k6-overhead.ts",
  );
}

type Figures = ReadonlyMap<string, number>;

/** Seconds of processor time by container of this process: "user", "echo", "load". */
async function processorTimes({ docker }: Engine): Promise<Figures> {
  const own = (await docker.listContainers({ filters: { label: [label.session] } })).filter((one) =>
    one.Labels[label.owner]?.startsWith(`${process.pid}:`),
  );
  const times = own.map(async (one) => {
    const stats = await docker.getContainer(one.Id).stats({ stream: false, "one-shot": true });
    return [`${one.Labels[label.kind]} ${one.Labels[label.name]}`, stats.cpu_stats.cpu_usage.total_usage / 1e9] as const;
  });
  return new Map(await Promise.all(times));
}

/** What one run gave, by name of the figure. Undefined: it was not completed, which is said. */
async function measure(engine: Engine, made: Plan): Promise<Figures | undefined> {
  const reports = await mkdtemp(join(tmpdir(), "planefault-bench-"));
  const times: Promise<Figures>[] = [];
  try {
    const { verdict, end } = await run(made, {
      reports,
      seed: 1,
      on: (event) => {
        if (event.type === "phase" && event.phase === "hold") times.push(processorTimes(engine));
      },
    });
    const [before, after] = await Promise.all(times);
    if (end.outcome !== "completed") {
      console.error(`a run was ${end.outcome}: ${end.reason}`);
      return undefined;
    }
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

const attempts = 3;

/** Without any figure where no attempt was completed: the other rounds count all the same. */
async function measured(engine: Engine, made: Plan): Promise<Figures> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const figures = await measure(engine, made);
    if (figures) return figures;
  }
  return new Map();
}

/** "1.02 (0.98 to 1.10)"; "-" where no round has it. */
function spread(values: readonly number[]): string {
  const sorted = values.filter(Number.isFinite).toSorted((one, other) => one - other);
  const [low, middle, high] = [sorted[0], median(sorted), sorted.at(-1)].map((value) => value?.toFixed(2));
  return low === undefined ? "-" : `${middle} (${low} to ${high})`;
}

const valuesOf = (inRounds: readonly Figures[], name: string): readonly number[] =>
  inRounds.map((figures) => figures.get(name) ?? Number.NaN);

const modes = [
  ["without", planWith({})],
  [`${rate}/s`, planWith({ load: { kind: "k6", rate: `${rate}/s` } })],
  ["users.js", planWith({ load: { kind: "k6", script: "../experiments/echo/users.js", hosts: { "shop.example.com": "echo:8080" } } })],
] as const;

const engine = await connectEngine();
const results = modes.map((): Figures[] => []);
for (let round = 0; round < rounds; round += 1) {
  for (let turn = 0; turn < modes.length; turn += 1) {
    const place = (round + turn) % modes.length;
    const [name, made] = modes[place] ?? modes[0];
    console.error(`round ${round + 1} of ${rounds}: ${name}`);
    results[place]?.push(await measured(engine, made));
  }
}
const [calm = [], ...busy] = results;
const names = new Set(results.flat().flatMap((figures) => [...figures.keys()]));
const completed = modes.map(([name], place) => `${name} ${results[place]?.filter(({ size }) => size > 0).length}`);
console.log(
  `medians (lowest to highest); x: with load by without it, in the same round; completed of ${rounds} rounds: ${completed.join(", ")}`,
);
for (const name of names) {
  console.log(`${name}\n  ${"without".padEnd(10)} ${spread(valuesOf(calm, name))}`);
  for (const [index, inRounds] of busy.entries()) {
    const values = valuesOf(inRounds, name);
    const ratios = values.map((value, round) => value / (calm[round]?.get(name) ?? Number.NaN));
    console.log(`  ${(modes[index + 1]?.[0] ?? "").padEnd(10)} ${spread(values).padEnd(26)} x ${spread(ratios)}`);
  }
}
