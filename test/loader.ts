// Hostile files through the loader: `npm run test:loader -- [count] [seed]`, 100 000 files by default. Says what is wrong with which file, and which took the most processor time; ends with 1 where
// anything is wrong or a file took more than 100 ms. The machine may be busy, so what counts is the time of this thread, and a slow file is asked about again.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HostileCase, hostileCase } from "./files/hostile/case.ts";
import { HostileFolder } from "./files/hostile/load-case.ts";

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const mostMs = 100;
const mostShown = 20;
const kept = mkdtempSync(join(tmpdir(), "planefault-loader-"));

interface Slow {
  readonly name: string;
  readonly cpuMs: number;
}

let slowest: readonly Slow[] = [];
const faults: string[] = [];
let plans = 0;

function nameOf(index: number, { file, mutations, bytes }: HostileCase): string {
  const path = join(kept, `${seed}-${index}.yaml`);
  writeFileSync(path, bytes);
  return `case ${index} of seed ${seed}: ${file} after ${mutations.join(", ")}; kept as ${path}`;
}

using folder = new HostileFolder();
for (let index = 0; index < count; index += 1) {
  const one = hostileCase(seed, index);
  const answer = await folder.load(one);
  if (answer.ok) plans += 1;
  // The collector's work and a compiler that has just thrown its code away are not the file's.
  let cpuMs = answer.cpuMs;
  for (let again = 0; again < 2 && cpuMs > mostMs / 4; again += 1) cpuMs = Math.min(cpuMs, (await folder.load(one)).cpuMs);
  if (answer.faults.length > 0) faults.push(`${nameOf(index, one)}\n  ${answer.faults.slice(0, 3).join("\n  ")}`);
  if (slowest.length < 5 || cpuMs > (slowest.at(-1)?.cpuMs ?? 0)) {
    slowest = [...slowest, { name: nameOf(index, one), cpuMs }].toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, 5);
  }
  if ((index + 1) % 10_000 === 0)
    console.log(`${index + 1} files, ${plans} of them plans, ${faults.length} with a fault, slowest ${slowest[0]?.cpuMs.toFixed(1)} ms`);
  if (faults.length >= mostShown) break;
}

for (const fault of faults) console.log(`FAULT ${fault}`);
for (const { name, cpuMs } of slowest) console.log(`${cpuMs.toFixed(1).padStart(7)} ms  ${name}`);
const isSlow = (slowest[0]?.cpuMs ?? 0) > mostMs;
console.log(
  `${count} files, ${plans} of them plans; ${faults.length} with a fault; the slowest took ${slowest[0]?.cpuMs.toFixed(1)} ms of processor time${isSlow ? `, more than ${mostMs}` : ""}`,
);
process.exitCode = faults.length > 0 || isSlow ? 1 : 0;
