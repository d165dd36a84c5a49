// Runs on the target `tiny` with an agent folder of the test's own: the only way to a sabotaged agent, since product code has no hook for one.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "../../src/commands/execute.ts";
import { loadPlan } from "../../src/commands/load-plan.ts";
import { run, type RunExperimentOptions } from "../../src/commands/run-experiment.ts";
import { newRunId } from "../../src/commands/run-folder.ts";
import type { Sessions } from "../../src/commands/sessions.ts";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { openDockerSession } from "../../src/drivers/docker/session.ts";
import { findOurs } from "../../src/drivers/docker/sweep.ts";
import type { Plan } from "../../src/model/plan.ts";
import { ensure, type Provided } from "../../src/setup/ensure.ts";

export const tinyFile = (name: string): string => `test/experiments/tiny/${name}.yaml`;

export async function tinyPlan(name: string): Promise<Plan> {
  const planned = await loadPlan(tinyFile(name));
  if (!planned.ok) throw new Error(planned.problems);
  return planned.plan;
}

export interface Tiny {
  readonly provided: Provided;
  /** Compiled agent and keeper. */
  readonly agentFolder: string;
  readonly toolbox: string;
}

/** Set-up that may take minutes on a cold machine. */
export async function provideTiny(): Promise<Tiny> {
  const { stack } = await tinyPlan("nothing");
  const provided = await ensure({ engine: true, toolbox: true, agent: true, images: [{ folder: stack.folder, builds: ["./writer"] }] });
  if (provided.agentFolder === undefined || provided.toolbox === undefined) throw new Error("the set-up gave less than it was asked for");
  return { provided, agentFolder: provided.agentFolder, toolbox: provided.toolbox };
}

export interface TinyRun extends RunResult {
  /** What the engine still holds of the session after its end. */
  readonly left: readonly string[];
}

/** One run in a session of its own, which is closed afterwards whatever the run left. */
export async function runTiny(
  tiny: Tiny,
  name: string,
  given: {
    readonly agentFolder?: string;
    readonly on?: (event: Parameters<NonNullable<RunExperimentOptions["on"]>>[0], session: string) => void;
  } = {},
): Promise<TinyRun> {
  const plan = await tinyPlan(name);
  const id = newRunId(Date.now(), Math.random);
  const reports = await mkdtemp(join(tmpdir(), "planefault-tiny-"));
  const sessions = await sessionsWith(tiny.provided, plan, given.agentFolder ?? tiny.agentFolder, id);
  try {
    const result = await run(plan, { sessions, reports, seed: 1, on: (event) => given.on?.(event, id) });
    await sessions[Symbol.asyncDispose]();
    return { ...result, left: (await findOurs(await connectEngine(), id)).map((one) => `${one.what} ${one.name}`) };
  } finally {
    await sessions[Symbol.asyncDispose]();
    await rm(reports, { recursive: true });
  }
}

/** The plan's target with an agent of the test's own. */
export async function sessionsWith(provided: Provided, { stack }: Plan, agentFolder: string, id: string): Promise<Sessions> {
  const session = await openDockerSession({
    images: { toolbox: provided.toolbox ?? "", k6: provided.k6, of: (build) => provided.image(stack.folder, build) },
    agentFolder,
    keep: true,
    session: id,
  });
  return { facts: {}, world: async (_, run) => session.world(run), [Symbol.asyncDispose]: () => session.close() };
}

/** A copy of the compiled agent in which the executors of these ops have other methods: `methods` is the text of an object, in which `honest` is the real executor. */
export async function sabotage(agentFolder: string, ops: readonly string[], methods: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "planefault-sabotage-"));
  await cp(agentFolder, folder, { recursive: true });
  const path = join(folder, "agent", "executor.js");
  const source = await readFile(path, "utf8");
  const head = "export async function makeExecutor(armed, table, nft, processes, host = here) {";
  if (source.split(head).length !== 2) throw new Error("the compiled executor no longer begins as this test expects");
  const wrapped = `${head}
    const honest = await honestExecutor(armed, table, nft, processes, host);
    return ${JSON.stringify(ops)}.includes(armed.change.apply.op) ? { ...honest, ...(${methods}) } : honest;
}
async function honestExecutor(armed, table, nft, processes, host) {`;
  await writeFile(
    path,
    source.replace(head, () => wrapped),
  );
  return folder;
}
