// A guest at a target that runs already: looks from its vantages with agents of its own, and writes only what the probes write. It needs nobody of the harness that started the target.
import type { Addresses } from "../../model/agent-protocol.ts";
import { PlanefaultError } from "../../model/error.ts";
import type { ProbeInstance, SignalInstance } from "../../model/probe.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Stack } from "../../model/stack.ts";
import { assignAddresses } from "./addresses.ts";
import { type Agent, dropDefaultRoute, type GuestPlace, startGuest, type ToolboxContext } from "./agent-container.ts";
import { within } from "./engine.ts";
import { greet, heartbeatMs, patienceBeats } from "./greet.ts";
import { resourceName } from "./labels.ts";
import { othersMayWrite } from "./other-writers.ts";
import type { RunningTarget } from "./running-targets.ts";
import type { RunIdentity } from "./session-context.ts";
import { findOurs, sweep } from "./sweep.ts";

const deadlineMs = 10_000;
/** Beside the longest deadline of a probe. */
const quietDeadlineMs = 5_000;
/** Guests take the last octets of a network, components the first; which one is chance, since two responders may come at once. */
const guestOctets = { first: 200, count: 50 } as const;

export interface Watched {
  readonly stack: Stack;
  readonly probes: readonly ProbeInstance[];
  readonly signals: readonly SignalInstance[];
}

export interface Guest extends AsyncDisposable {
  /** It writes no numbers, since somebody else may be writing them. */
  readonly watchOnly: boolean;
  /** Probes and signals start; what they see arrives at `sink` until `quiet`. */
  observe(watched: Watched, sink: (record: JournalRecord) => void): Promise<void>;
  /** Starts no more samples, and waits for those under way. */
  quiet(): Promise<void>;
}

interface NetworkState {
  readonly id: string;
  readonly subnet: string;
  readonly taken: ReadonlySet<string>;
}

export async function openGuest(context: ToolboxContext, running: RunningTarget, stack: Stack, run: RunIdentity): Promise<Guest> {
  await using undo = new AsyncDisposableStack();
  undo.defer(() => removeAll(context));
  const asked = Promise.all(stack.networks.map(async (name) => [name, await networkState(context, running.session, name)] as const));
  // Where the vantages are there, nobody needs it before the agents run; whoever awaits it hears of it.
  asked.catch(() => undefined);
  const agents = await allOf(
    stack.vantages.map(async (vantage) => {
      const there = running.vantages.find(({ name }) => name === vantage.name);
      const place = there ? { beside: there.id } : placeOn(running.session, vantage.networks, new Map(await asked));
      const agent = await startGuest(context, running.session, vantage, place);
      if (!there) await dropDefaultRoute(context, agent);
      await greet(agent.channel, run);
      return agent;
    }),
  );
  const networks = new Map(await asked);
  const watchOnly = await othersMayWrite(context.engine.docker, running, context.options.session);
  const leave = undo.move();
  return new AgentGuest(agents, addressesOf(running, stack, networks), watchOnly, run, () => leave.disposeAsync());
}

/** All of them end before an error is reported, so that nothing is created behind the back of the removal. */
async function allOf(starting: readonly Promise<Agent>[]): Promise<readonly Agent[]> {
  const settled = await Promise.allSettled(starting);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

async function networkState({ engine }: ToolboxContext, session: string, name: string): Promise<NetworkState> {
  const full = resourceName(session, name);
  const seen = await within(deadlineMs, `network ${name}`, engine.docker.getNetwork(full).inspect()).catch((cause: unknown) => {
    throw new PlanefaultError("target", `the running target has no network ${name}`, {
      hint: "was its target file changed after it was started?",
      cause,
    });
  });
  const taken = Object.values(seen.Containers ?? {}).map(({ IPv4Address: address }) => address?.split("/")[0] ?? "");
  return { id: seen.Id, subnet: seen.IPAM?.Config?.[0]?.Subnet ?? "", taken: new Set(taken) };
}

function placeOn(session: string, names: readonly string[], networks: ReadonlyMap<string, NetworkState>): GuestPlace {
  return {
    networks: names.map((name) => {
      const state = networks.get(name);
      if (!state) throw new PlanefaultError("target", `the running target has no network ${name}`);
      return { id: state.id, name: resourceName(session, name), address: freeAddress(state, Math.random) };
    }),
  };
}

function freeAddress({ subnet, taken }: NetworkState, random: () => number): string {
  const prefix = subnet.slice(0, subnet.lastIndexOf("."));
  const free = Array.from({ length: guestOctets.count }, (_, index) => `${prefix}.${guestOctets.first + index}`).filter(
    (address) => !taken.has(address),
  );
  const chosen = free[Math.floor(random() * free.length)];
  if (chosen === undefined) throw new PlanefaultError("target", `no address is free in ${subnet}`, { hint: "planefault cleanup" });
  return chosen;
}

/** A component that has ended has no address any more; it is asked where it was, since that it does not answer is the news. */
function addressesOf(running: RunningTarget, stack: Stack, networks: ReadonlyMap<string, NetworkState>): Addresses {
  const assigned = assignAddresses(stack, Object.fromEntries([...networks].map(([name, { subnet }]) => [name, subnet])));
  const seen = running.components.map(({ name, addresses }) => [name, { ...assigned[name], ...addresses }] as const);
  return { ...assigned, ...Object.fromEntries(seen) };
}

class AgentGuest implements Guest {
  readonly #agents: readonly Agent[];
  readonly #addresses: Addresses;
  readonly watchOnly: boolean;
  readonly #run: RunIdentity;
  readonly #leave: () => Promise<void>;
  readonly #heart: NodeJS.Timeout;
  #longestMs = 0;

  constructor(agents: readonly Agent[], addresses: Addresses, watchOnly: boolean, run: RunIdentity, leave: () => Promise<void>) {
    this.#agents = agents;
    this.#addresses = addresses;
    this.watchOnly = watchOnly;
    this.#run = run;
    this.#leave = leave;
    this.#heart = setInterval(() => {
      for (const { channel } of agents) channel.beat(heartbeatMs, patienceBeats);
    }, heartbeatMs);
  }

  async observe({ probes, signals }: Watched, sink: (record: JournalRecord) => void): Promise<void> {
    this.#longestMs = Math.max(0, ...[...probes, ...signals].map(({ deadlineMs: ms }) => ms));
    await Promise.all(
      this.#agents.map(async ({ name, channel }) => {
        // Agents are ours and compiled from the same source.
        channel.onEvent = (event) =>
          "event" in event && event.event === "record" && "record" in event && sink(event.record as JournalRecord);
        channel.onEnd = (why) => sink({ type: "error", at: 0, phase: "hold", code: "agent", message: `${name} is gone: ${why}` });
        const own = probes.filter(({ vantage }) => vantage === name);
        const claims = signals.filter(({ vantage }) => vantage === name);
        if (own.length + claims.length === 0) return;
        await channel.demand(
          {
            do: "probe",
            probes: own,
            signals: claims,
            addresses: this.#addresses,
            sshKey: undefined,
            vantage: name,
            seed: this.#run.seed ?? 1,
            watchOnly: this.watchOnly,
          },
          deadlineMs,
        );
      }),
    );
  }

  async quiet(): Promise<void> {
    await Promise.all(this.#agents.map(({ channel }) => channel.demand({ do: "quiet" }, this.#longestMs + quietDeadlineMs)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heart);
    for (const { channel } of this.#agents) {
      channel.onEnd = () => undefined;
      channel.hangUp();
    }
    await this.#leave();
  }
}

/** Its agents, whatever became of them; the engine may be removing them already. */
async function removeAll({ engine, options }: ToolboxContext): Promise<void> {
  const { errors } = await sweep(engine, await findOurs(engine, options.session));
  if (errors.length > 0)
    throw new PlanefaultError("leak", `not everything of ours could be removed: ${errors.join("; ")}`, {
      hint: "planefault cleanup tries again",
    });
}
