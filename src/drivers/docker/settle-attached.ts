// Gives back what a session may still hold of somebody else's containers, before its keeper and its agents are removed: limits and stopped processes by the keeper's ledger, and the packet tables of agents that were killed.
// A target that planefault started needs none of this: it is removed with all that was done to it.
import * as z from "zod";
import { messageOf, PlanefaultError } from "../../model/error.ts";
import { startContainer } from "./containers.ts";
import { type Engine, poll, statusOf, within } from "./engine.ts";
import { execute } from "./exec.ts";
import { label, resourceName } from "./labels.ts";
import { type Found, sessionOf } from "./sweep.ts";

/** The keeper tries for about 4 s before it gives up for now; one that is started again as long. */
const keeperDeadlineMs = 10_000;
/** Told to end or left alone, an agent has gone by then. */
const agentDeadlineMs = 5_000;
const pollMs = 100;
const nftDeadlineMs = 10_000;

const Tables = z.object({ nftables: z.array(z.looseObject({ table: z.object({ family: z.string(), name: z.string() }).optional() })) });

/** Sentences: what could not be given back. Its keeper and its ledger must stay then. */
export async function settleAttached(engine: Engine, found: readonly Found[]): Promise<readonly string[]> {
  const ours = found.filter((one) => one.what === "container" && one.labels[label.attached] !== undefined);
  const work = ours.map(async (one): Promise<string | undefined> => {
    try {
      await (one.labels[label.kind] === "keeper" ? settleKeeper(engine, one) : settleAgent(engine, one));
      return undefined;
    } catch (error) {
      // Somebody else has removed it, who asked the same before.
      if (statusOf(error) === 404) return undefined;
      return `${one.name}: ${messageOf(error)}`;
    }
  });
  return (await Promise.all(work)).filter((sentence) => sentence !== undefined);
}

/** Whether it is needed until what it holds has been given back. */
export const holdsLeases = (one: Found): boolean =>
  one.labels[label.kind] === "keeper" || one.name === resourceName(sessionOf(one), "ledger");

/** It ends with 0 when all is undone and its ledger could be read, and with nothing else then. */
async function settleKeeper(engine: Engine, keeper: Found): Promise<void> {
  const container = engine.docker.getContainer(keeper.id);
  const ended = async (): Promise<boolean> =>
    await poll(
      keeperDeadlineMs,
      pollMs,
      async () => {
        const { State: state } = await container.inspect();
        return state.Running || state.Restarting ? undefined : state.ExitCode === 0 && state.Status === "exited";
      },
      async () => new PlanefaultError("deadline", `waited ${keeperDeadlineMs} ms for the keeper to undo what it holds`),
    );
  if ((await container.inspect()).State.Status === "created") return;
  if (await ended()) return;
  // It was killed, or gave up: started again it replays its ledger.
  await container.start();
  if (!(await ended())) throw new PlanefaultError("leak", "the keeper could not undo all that its ledger holds");
}

/** An agent that ended with 0 has deleted its tables; of one that was killed they are empty by now, and still there. */
async function settleAgent(engine: Engine, agent: Found): Promise<void> {
  const seen = await poll(
    agentDeadlineMs,
    pollMs,
    async () => {
      const state = await engine.docker.getContainer(agent.id).inspect();
      return state.State.Running ? undefined : state;
    },
    async () => new PlanefaultError("deadline", `waited ${agentDeadlineMs} ms for it to end`),
  );
  if (seen.State.Status === "created" || seen.State.ExitCode === 0) return;
  const beside = agent.labels[label.attached] ?? "";
  if (!(await isRunning(engine, beside))) return;
  const name = `${agent.name}-after`;
  const labels = Object.fromEntries(Object.entries(agent.labels).filter(([key]) => key !== label.attached));
  const spec = { name, image: seen.Config.Image, labels, beside, capabilities: ["NET_ADMIN"], command: ["sleep", "60"] };
  const { id } = await startContainer(engine, spec);
  try {
    await deleteTables(engine, id);
  } finally {
    await engine.docker.getContainer(id).remove({ force: true });
  }
}

async function deleteTables(engine: Engine, id: string): Promise<void> {
  const run = async (...argv: readonly string[]): Promise<string> => {
    const { exitCode, output } = await execute(engine, id, ["nft", ...argv], nftDeadlineMs);
    if (exitCode !== 0) throw new PlanefaultError("leak", `nft ${argv.join(" ")}: ${output.trim()}`);
    return output;
  };
  for (const { table } of Tables.parse(JSON.parse(await run("-j", "list", "tables"))).nftables)
    if (table?.name.startsWith("planefault_") === true) await run("delete", "table", table.family, table.name);
}

async function isRunning(engine: Engine, id: string): Promise<boolean> {
  try {
    return (await within(nftDeadlineMs, `container ${id.slice(0, 12)}`, engine.docker.getContainer(id).inspect())).State.Running;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
