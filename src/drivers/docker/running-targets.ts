// Which targets of planefault run in an engine just now, found by label and by reads only: also those whose harness has been killed.
import type Dockerode from "dockerode";
import { learnt } from "./engine.ts";
import { label, type OwnerState, ownerState, resourceName } from "./labels.ts";

export interface RunningTarget {
  readonly session: string;
  readonly variant: string | undefined;
  /** Of the planefault that started it: while it is alive it may be measuring, too. */
  readonly harness: OwnerState;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly components: readonly Member[];
  /** Only those that still run. */
  readonly vantages: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly id: string;
  /** "running", "exited". */
  readonly state: string;
  readonly addresses: Readonly<Record<string, string>>;
}

const deadlineMs = 5_000;

/** Those in which at least one component runs, newest first; of any variant where none is given. */
export async function findRunningTargets(
  docker: Pick<Dockerode, "listContainers">,
  name: string,
  variant: string | undefined,
): Promise<readonly RunningTarget[]> {
  const found = await learnt(
    deadlineMs,
    "the engine's list of containers",
    docker.listContainers({ all: true, filters: { label: [label.target] } }),
  );
  const sessions = Map.groupBy(
    found.filter((one) => isOf(one.Labels[label.target] ?? "", name, variant)),
    (one) => one.Labels[label.session] ?? "",
  );
  return [...sessions]
    .map(([session, containers]) => targetOf(session, containers))
    .filter(({ components }) => components.some(({ state }) => state === "running"))
    .toSorted((one, other) => other.createdAt - one.createdAt);
}

const isOf = (labelled: string, name: string, variant: string | undefined): boolean => {
  const [target, ofVariant] = labelled.split("/");
  return target === name && (variant === undefined || variant === ofVariant);
};

function targetOf(session: string, containers: readonly Dockerode.ContainerInfo[]): RunningTarget {
  const members = (kind: string): readonly Member[] =>
    containers.filter((one) => one.Labels[label.kind] === kind).map((one) => memberOf(session, one));
  return {
    session,
    variant: containers[0]?.Labels[label.target]?.split("/")[1],
    harness: ownerState(containers[0]?.Labels[label.owner]),
    createdAt: Math.min(...containers.map(({ Created: at }) => at)),
    components: members("component"),
    vantages: members("vantage").filter(({ state }) => state === "running"),
  };
}

function memberOf(session: string, one: Dockerode.ContainerInfo): Member {
  const prefix = resourceName(session, "");
  const networks = Object.entries(one.NetworkSettings?.Networks ?? {}).filter(([, { IPAddress: address }]) => address !== "");
  return {
    name: one.Labels[label.name] ?? "",
    id: one.Id,
    state: one.State,
    addresses: Object.fromEntries(networks.map(([name, { IPAddress: address }]) => [name.slice(prefix.length), address])),
  };
}
