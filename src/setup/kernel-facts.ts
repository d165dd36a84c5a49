// Asks the engine's kernel what it can do, once per engine and kernel, in a container without network; the answer is kept so that `plan` and `doctor` only read.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlanefaultError } from "../model/error.ts";
import { KernelFacts } from "./capabilities.ts";
import { hashParts } from "./content-hash.ts";
import type { Engine, EngineFacts } from "./engine-client.ts";
import { cacheFolder } from "./places.ts";

const askMs = 60_000;

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

/** undefined where this kernel was never asked. */
export async function knownKernelFacts(facts: EngineFacts, toolbox: string): Promise<KernelFacts | undefined> {
  try {
    return KernelFacts.parse(JSON.parse(await readFile(fileFor(facts, toolbox), "utf8")));
  } catch {
    return undefined;
  }
}

export async function ensureKernelFacts(engine: Engine, facts: EngineFacts, toolbox: string): Promise<KernelFacts> {
  const known = await knownKernelFacts(facts, toolbox);
  if (known !== undefined) return known;
  const asked = KernelFacts.parse(JSON.parse(await ask(engine, toolbox)));
  const file = fileFor(facts, toolbox);
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(asked, undefined, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
  return asked;
}

/** NET_ADMIN holds in the container's own network namespace only, which has no link but lo. */
async function ask(engine: Engine, toolbox: string): Promise<string> {
  const deadline = AbortSignal.timeout(askMs);
  const container = await engine.createContainer({
    Image: toolbox,
    Cmd: ["node", "ask-kernel.mjs"],
    Tty: false,
    Labels: { planefault: "ask-kernel" },
    HostConfig: { NetworkMode: "none", CapDrop: ["ALL"], CapAdd: ["NET_ADMIN", "KILL"], ReadonlyRootfs: true },
    abortSignal: deadline,
  });
  try {
    await container.start({ abortSignal: deadline });
    await container.wait({ abortSignal: deadline });
    const out = await container.logs({ stdout: true, stderr: false, follow: false, abortSignal: deadline });
    const line = /\{.*\}/u.exec(out.toString("utf8"))?.[0];
    if (line === undefined)
      throw new PlanefaultError("environment", "asking the kernel what it can do gave no answer", {
        hint: `try: docker run --rm --network none --cap-add NET_ADMIN ${toolbox} node ask-kernel.mjs`,
      });
    return line;
  } finally {
    await container.remove({ force: true });
  }
}
