// Removes by label whatever the engine holds of ours: the end of a session and `cleanup` are the same act. Idempotent; one thing that resists hides no other.
import { messageOf } from "../../model/error.ts";
import { type Engine, statusOf, within } from "./engine.ts";
import { label, resourceName } from "./labels.ts";

export interface Found {
  readonly what: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Swept {
  readonly removed: readonly Found[];
  readonly errors: readonly string[];
}

export const removalDeadlineMs = 14_000;
/** While somebody else is removing the same container; then the engine's own words are the reason. */
const busyDeadlineMs = 10_000;
const retryMs = 50;

/** Everything with our session label, or of one session. */
export async function findOurs(engine: Engine, session?: string): Promise<readonly Found[]> {
  const filters = { label: [session === undefined ? label.session : `${label.session}=${session}`] };
  const list = Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    engine.docker.listVolumes({ filters }),
  ]);
  const [containers, networks, { Volumes: volumes }] = await within(removalDeadlineMs, "the engine's lists", list);
  return [
    ...containers.map((one): Found => ({
      what: "container",
      id: one.Id,
      name: one.Names[0]?.replace(/^\//u, "") ?? one.Id,
      labels: one.Labels,
    })),
    ...networks.map((one): Found => ({ what: "network", id: one.Id, name: one.Name, labels: one.Labels ?? {} })),
    ...(volumes ?? []).map((one): Found => ({ what: "volume", id: one.Name, name: one.Name, labels: one.Labels ?? {} })),
  ];
}

/**
 * Containers first: networks and volumes are held by them. One container after the other, which takes no longer: where many leave a network at once,
 * Docker 20.10 loses count of them (seen in 2 of 42 stops, in none of 30 one after the other) and refuses to remove the network until it starts anew.
 * A keeper goes last, and stays with its ledger while a component of its session resists: a limit that it has yet to lift may be what keeps that alive.
 */
export async function sweep(engine: Engine, found: readonly Found[]): Promise<Swept> {
  const removed: Found[] = [];
  const errors: string[] = [];
  const failed: Found[] = [];
  const take = async (one: Found): Promise<void> => {
    try {
      await within(removalDeadlineMs, `${one.what} ${one.name} to be removed`, remove(engine, one));
      removed.push(one);
    } catch (error) {
      failed.push(one);
      errors.push(`${one.what} ${one.name}: ${messageOf(error)}${isMiscounted(one, error) ? miscounted : ""}`);
    }
  };
  const of = (what: Found["what"]): readonly Found[] => found.filter((one) => one.what === what);
  const keepers = of("container").filter(isKeeper);
  const containers = of("container").filter((one) => !isKeeper(one));
  for (let one = containers.shift(); one; one = errors.length === 0 ? containers.shift() : undefined) await take(one);
  // An engine in trouble is not waited for once per container.
  await Promise.all(containers.map(take));
  const resisting = new Set(failed.filter((one) => one.labels[label.kind] === "component").map(sessionOf));
  const isNeeded = (one: Found): boolean => resisting.has(sessionOf(one));
  errors.push(...keepers.filter(isNeeded).map(({ name }) => `container ${name}: left, since it may have to undo what keeps a component`));
  await Promise.all(keepers.filter((one) => !isNeeded(one)).map(take));
  await Promise.all(of("network").map(take));
  await Promise.all(
    of("volume")
      .filter((one) => !isNeeded(one) || one.name !== resourceName(sessionOf(one), "ledger"))
      .map(take),
  );
  return { removed, errors };
}

const isKeeper = ({ labels }: Found): boolean => labels[label.kind] === "keeper";
export const sessionOf = ({ labels }: Found): string => labels[label.session] ?? "?";

const miscounted = " (where it has no container any more, the engine has miscounted: restarting the engine ends that)";
const isMiscounted = ({ what }: Found, error: unknown): boolean => what === "network" && statusOf(error) === 403;

async function remove(engine: Engine, one: Found): Promise<void> {
  const endAt = performance.now() + busyDeadlineMs;
  for (;;) {
    try {
      if (one.what === "container") await engine.docker.getContainer(one.id).remove({ force: true, v: true });
      if (one.what === "network") await engine.docker.getNetwork(one.id).remove();
      if (one.what === "volume") await engine.docker.getVolume(one.id).remove();
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      // 409: somebody else is removing it just now; the next answer is 404.
      if (statusOf(error) !== 409 || one.what !== "container" || performance.now() > endAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
