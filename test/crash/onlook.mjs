// Runs in a container of its own with the host's processes in sight: for each line of input, what the network namespaces of some processes hold, as iproute2 and nft say it.
import { execFile } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);
const questions = {
  links: ["ip", "-j", "addr", "show"],
  routes: ["ip", "-j", "route", "show", "table", "all"],
  neighbours: ["ip", "-j", "neighbour", "show", "nud", "permanent"],
  qdiscs: ["tc", "-j", "qdisc", "show"],
  nft: ["nft", "-j", "list", "ruleset"],
};

async function ask(pid, argv) {
  try {
    return (await run("nsenter", ["--target", String(pid), "--net", ...argv], { maxBuffer: 2 ** 24, timeout: 10_000 })).stdout;
  } catch (error) {
    return `unknown: ${error.message}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, pids } = JSON.parse(line);
  const looks = await Promise.all(
    pids.map(async (pid) =>
      Object.fromEntries(await Promise.all(Object.entries(questions).map(async ([name, argv]) => [name, await ask(pid, argv)]))),
    ),
  );
  process.stdout.write(`${JSON.stringify({ id, looks })}\n`);
}
