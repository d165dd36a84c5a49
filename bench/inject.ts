// How exactly faults act: `npm run bench:inject -- [--rounds 30] [--asked 1000] [--only net.loss] [--by planefault] [--busy 100] [--shots FILE] [--markdown]`. Every fault by planefault, beside `docker exec`, a fresh
// sidecar and, where it is on PATH, Pumba: at the same container, in the same rounds, under one stopwatch outside all of them. Prints figures, goals and ratios; asserts nothing.
// Where others work on the machine, `--busy 60` waits before each shot until the processors are at most 60 % busy (5 s at most), and leaves out the shots during which they were busier than that.
// `--shots FILE` keeps every shot in a file and counts those of earlier series in it, too; `--rounds 0` prints these alone.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { availableParallelism, release } from "node:os";
import { parseArgs } from "node:util";
import { messageOf } from "../src/model/error.ts";
import { markdownTable, textTable } from "../src/report/table.ts";
import { ascending, median } from "../src/statistics/quantile-bound.ts";
import { busyShare, processorTimes, untilIdle } from "./inject/busy.ts";
import { timedFaults } from "./inject/faults.ts";
import { figuresOf, figuresTable, goalLines, ours, ratioLines, type Shot } from "./inject/figures.ts";
import { shootOurs } from "./inject/ours.ts";
import { peersOf, shootPeer, tools as peerTools } from "./inject/peers.ts";
import { isOnPath } from "./inject/pumba.ts";
import { openSetting, type Setting } from "./inject/setting.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "30" },
    asked: { type: "string", default: "1000" },
    only: { type: "string", multiple: true, default: [] },
    by: { type: "string", multiple: true, default: [] },
    busy: { type: "string", default: "100" },
    shots: { type: "string" },
    markdown: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const askedMs = Number(values.asked);
const mostBusy = Number(values.busy) / 100;
/** A tool that has only failed here is not asked again in every round. */
const mostFailures = 2;

const tools = [ours, ...peerTools];

/** With the share of all processors that anybody used meanwhile. */
type BusyShot = Shot & { readonly busy: number };

interface Shooter {
  readonly tool: string;
  readonly fault: string;
  shoot(): Promise<Shot>;
}

const isWanted = (asked: readonly string[], name: string): boolean => asked.length === 0 || asked.includes(name);

function shootersOf(setting: Setting): readonly Shooter[] {
  const hasPumba = isOnPath("pumba");
  if (!hasPumba) console.log("pumba is not on PATH, so its rows are missing");
  return [
    ...setting.plans.map((one) => ({ tool: ours, fault: one.timed.name, shoot: () => shootOurs(setting, one, askedMs) })),
    ...peersOf(setting, askedMs, hasPumba).map((peer) => ({ ...peer, shoot: () => shootPeer(setting, peer, askedMs) })),
  ].filter(({ tool, fault }) => isWanted(values.by, tool) && isWanted(values.only, fault));
}

/** Each round has one shot of everybody, so that none has the machine's better half hour. */
async function play(shooters: readonly Shooter[], ending: AbortSignal): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const startedAt = performance.now();
    for (const shooter of shooters) {
      if (ending.aborted) return;
      const failed = failures.get(shooter) ?? [];
      if (failed.length >= mostFailures && !shots.some((one) => one.tool === shooter.tool && one.fault === shooter.fault)) continue;
      try {
        await untilIdle(mostBusy);
        const from = processorTimes();
        const shot = await shooter.shoot();
        keep({ ...shot, busy: busyShare(from, processorTimes()) });
      } catch (error) {
        failures.set(shooter, [...failed, messageOf(error)]);
        console.error(`${shooter.fault} by ${shooter.tool}: ${messageOf(error)}`);
      }
    }
    console.error(`round ${round} of ${rounds}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
}

/** By fault, ours first: the table has its rows in this order. */
const rank = ({ fault, tool }: Shot): number =>
  timedFaults.findIndex(({ name }) => name === fault) * tools.length + tools.findIndex((name) => name === tool);

function print(refused: readonly string[]): void {
  const some = shots.filter(({ busy }) => busy <= mostBusy).toSorted((one, other) => rank(one) - rank(other));
  const figures = figuresOf(some);
  const title = `${askedMs} ms asked; ${availableParallelism()} cores, Linux ${release()}; milliseconds, median / p99 of the distance`;
  console.log((values.markdown ? markdownTable : textTable)(figuresTable(figures, title)));
  const busy = Math.round(100 * (median(ascending(some.map((shot) => shot.busy))) ?? 0));
  const left = shots.length - some.length;
  console.log(`all processors together were busy ${busy} % at the median of the shots, the benchmark's own work included`);
  if (left > 0) console.log(`${left} of ${shots.length} shots left out: the processors were busier than ${values.busy} % meanwhile`);
  const unseen = some.filter(({ span }) => span === undefined);
  for (const [key, all] of Map.groupBy(unseen, ({ tool, fault }) => `${fault} by ${tool}`))
    console.log(`${key}: the stopwatch did not see ${all.length} shots begin and end`);
  for (const line of refused) console.log(`not done here: ${line}`);
  for (const [{ tool, fault }, failed] of failures)
    console.log(`${fault} by ${tool} failed ${failed.length} times: ${failed[0]?.split("\n")[0]}`);
  for (const line of [...goalLines(figures), ...ratioLines(figures)]) console.log(line);
}

const shots: BusyShot[] = [];
const failures = new Map<Shooter, string[]>();
if (values.shots !== undefined && existsSync(values.shots))
  for (const line of readFileSync(values.shots, "utf8").split("\n").filter(Boolean)) shots.push(JSON.parse(line) as BusyShot);

function keep(shot: BusyShot): void {
  shots.push(shot);
  if (values.shots !== undefined) appendFileSync(values.shots, `${JSON.stringify(shot)}\n`);
}

async function measure(): Promise<readonly string[]> {
  const ending = new AbortController();
  // What is acting then is undone first, and what was seen is printed.
  process.on("SIGINT", () => ending.abort());
  await using setting = await openSetting(timedFaults.filter(({ name }) => isWanted(values.only, name)));
  await play(shootersOf(setting), ending.signal);
  return setting.refused;
}

print(rounds > 0 ? await measure() : []);
