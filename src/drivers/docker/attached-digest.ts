// The engine's view of somebody else's containers and networks: what must be the same before we came and after we have left.
import type { Digest } from "../../model/digest.ts";
import { type Engine, statusOf, within } from "./engine.ts";

/** Ids, as they were bound when the target was attached. */
export interface AttachedPlaces {
  readonly containers: ReadonlyMap<string, string>;
  readonly networks: ReadonlyMap<string, string>;
}

const deadlineMs = 15_000;
/** Limits that a fault may write, as the engine believes them to be. */
const limits = ["CpuQuota", "CpuPeriod", "NanoCpus", "CpuShares", "Memory", "MemorySwap", "PidsLimit", "OomKillDisable"] as const;

export async function attachedDigest(engine: Engine, places: AttachedPlaces): Promise<Digest> {
  const parts = [
    ...[...places.containers].map(async ([name, id]) => [`attached/container/${name}`, await containerState(engine, id)] as const),
    ...[...places.networks].map(async ([name, id]) => [`attached/network/${name}`, await networkState(engine, id)] as const),
  ];
  return Object.fromEntries(await Promise.all(parts));
}

async function containerState({ docker }: Engine, id: string): Promise<string> {
  const seen = await orGone(within(deadlineMs, `container ${id.slice(0, 12)}`, docker.getContainer(id).inspect()));
  if (!seen) return "gone";
  const { State: state, RestartCount: restarts, HostConfig: host, NetworkSettings: settings } = seen;
  const endpoints = Object.entries(settings.Networks ?? {}).map(([network, one]) => `${network} ${one.IPAddress} ${one.MacAddress}`);
  const limited = limits.map((limit) => `${limit} ${String(host[limit] ?? "")}`);
  return [
    `${id} ${state.Status} since ${state.StartedAt}, pid ${state.Pid}, ${restarts} restarts`,
    ...endpoints.toSorted(),
    limited.join(", "),
  ].join("; ");
}

async function networkState({ docker }: Engine, id: string): Promise<string> {
  const seen = await orGone(within(deadlineMs, `network ${id.slice(0, 12)}`, docker.getNetwork(id).inspect()));
  if (!seen) return "gone";
  const members = Object.values(seen.Containers ?? {}).map(({ Name: name, IPv4Address: address }) => `${name} ${address}`);
  return `${id} with ${members.toSorted().join(", ")}`;
}

async function orGone<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
