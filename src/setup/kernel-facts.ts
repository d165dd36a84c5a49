// Asks the engine's kernel what it can do, once per engine and kernel, in a container without network; the answer is kept so that `plan` and `doctor` only read.
import { globSync } from "node:fs";
import { mkdir, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labelsOf } from "../drivers/docker/labels.ts";
import { PlanefaultError } from "../model/error.ts";
import { KernelFacts } from "./capabilities.ts";
import { hashParts } from "./content-hash.ts";
import { type Engine, type EngineFacts, orLate } from "./engine-client.ts";
import { cacheFolder } from "./places.ts";
import type { Steps } from "./steps.ts";

const askMs = 60_000;
const removeMs = 30_000;

const fileFor = (facts: EngineFacts, toolbox: string): string =>
  join(
    cacheFolder(),
    `kernel-${hashParts([
      ["kernel", facts.kernel],
      ["engine", facts.version],
      ["cgroup", `${facts.cgroupVersion} ${facts.cgroupDriver}`],
      ["toolbox", toolbox],
    ])}.json`,
  );

/** The newest answer that there is, whichever engine gave it: for `plan`, which asks no engine. */
export async function lastKernelFacts(folder = cacheFolder()): Promise<KernelFacts | undefined> {
  const answers = await Promise.all(
    globSync("kernel-*.json", { cwd: folder }).map(async (name) => {
      const file = join(folder, name);
      return { file, at: (await stat(file)).mtimeMs };
    }),
  );
  const newest = answers.toSorted((one, other) => other.at - one.at)[0];
  return newest && (await read(newest.file));
}

/** undefined where this kernel was never asked. */
export async function knownKernelFacts(facts: EngineFacts, toolbox: string): Promise<KernelFacts | undefined> {
  return await read(fileFor(facts, toolbox));
}

async function read(file: string): Promise<KernelFacts | undefined> {
  try {
    return KernelFacts.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

export async function ensureKernelFacts(engine: Engine, facts: EngineFacts, toolbox: string, steps: Steps): Promise<KernelFacts> {
  const known = await knownKernelFacts(facts, toolbox);
  if (known !== undefined) {
    // The newest file is the answer of the engine that was used last.
    const now = new Date();
    await utimes(fileFor(facts, toolbox), now, now);
    return known;
  }
  const answer = await steps.step("asking the kernel what it can do", ({ signal }) => ask(engine, toolbox, signal));
  const asked = KernelFacts.parse(JSON.parse(answer));
  const file = fileFor(facts, toolbox);
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(asked, undefined, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
  return asked;
}

/** NET_ADMIN holds in the container's own network namespace only, which has no link but lo. */
async function ask(engine: Engine, toolbox: string, signal: AbortSignal): Promise<string> {
  const late = AbortSignal.timeout(askMs);
  const deadline = AbortSignal.any([late, signal]);
  const container = await engine.createContainer({
    Image: toolbox,
    Cmd: ["node", "ask-kernel.mjs"],
    Tty: false,
    Labels: labelsOf(`setup-${process.pid}`, "set-up", "agent", "ask-kernel"),
    HostConfig: { NetworkMode: "none", CapDrop: ["ALL"], CapAdd: ["NET_ADMIN", "KILL", "SYS_PTRACE"], ReadonlyRootfs: true },
    // Not broken off: an answer that nobody heard would leave a container behind.
    abortSignal: late,
  });
  try {
    await container.start({ abortSignal: deadline });
    await container.wait({ abortSignal: deadline });
    const out = await container.logs({ stdout: true, stderr: false, follow: false, abortSignal: deadline });
    const line = /\{.*\}/u.exec(out.toString("utf8"))?.[0];
    if (line === undefined)
      throw new PlanefaultError("environment", "asking the kernel what it can do gave no answer", {
        hint: `try: docker run --rm --network none --cap-add NET_ADMIN --cap-add SYS_PTRACE ${toolbox} node ask-kernel.mjs`,
      });
    return line;
  } catch (error) {
    throw orLate(error, late, "run the container that asks its kernel");
  } finally {
    const removal = { force: true, abortSignal: AbortSignal.timeout(removeMs) };
    await container.remove(removal);
  }
}
