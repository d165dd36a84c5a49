// The digest of everything that a run may touch: each agent's view of its component, and the engine's view of what carries our label.
import type { Digest } from "../../model/digest.ts";
import { loadPlace } from "../../model/load.ts";
import * as z from "zod";
import { answerDeadlinesMs } from "./deadlines.ts";
import { attachedDigest } from "./attached-digest.ts";
import { within } from "./engine.ts";
import type { SessionContext } from "./session-context.ts";
import type { RunningStack } from "./start-stack.ts";
import { findOurs } from "./sweep.ts";

const inspectDeadlineMs = 15_000;
const AgentDigest = z.record(z.string(), z.string());

export async function takeWorldDigest(context: SessionContext, running: RunningStack): Promise<Digest> {
  // Where k6 runs there is nothing but the vantage's own network.
  const { attached } = running;
  const places = [...running.agents.keys()].filter((name) => name !== loadPlace && attached?.onlookers.has(name) !== true);
  const parts = await Promise.all([
    ...places.map((name) => agentDigest(running, name)),
    engineDigest(context),
    ...(attached ? [attachedDigest(context.engine, attached.places)] : []),
  ]);
  const entries = parts.flatMap((part) => Object.entries(part));
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

async function agentDigest(running: RunningStack, name: string): Promise<Digest> {
  const processes = running.components.get(name)?.component.processes ?? [];
  const digest = AgentDigest.parse(await running.agents.get(name)?.channel.demand({ do: "digest", processes }, answerDeadlinesMs.digest));
  return Object.fromEntries(Object.entries(digest).map(([key, value]) => [`${name}/${key}`, value]));
}

/** Who is on our networks counts whether it carries our label or not: a foreign container there can disturb every measurement. */
async function engineDigest(context: SessionContext): Promise<Digest> {
  const { engine, options } = context;
  const digest: Record<string, string> = {};
  const found = await findOurs(engine, options.session);
  await Promise.all(
    found.map(async (one) => {
      const key = `engine/${one.what}/${one.name}`;
      if (one.what === "volume") digest[key] = "there";
      if (one.what === "network") {
        const network = await within(inspectDeadlineMs, `network ${one.name}`, engine.docker.getNetwork(one.id).inspect());
        const members = Object.values(network.Containers ?? {}).map((member) => member.Name);
        digest[key] = `${one.id} with ${members.toSorted().join(" ")}`;
      }
      if (one.what === "container") {
        const { State: state } = await within(inspectDeadlineMs, `container ${one.name}`, engine.docker.getContainer(one.id).inspect());
        digest[key] = `${one.id} ${state.Paused ? "paused" : state.Running ? "running" : "ended"} since ${state.StartedAt}`;
      }
    }),
  );
  return digest;
}
