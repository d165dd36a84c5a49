// What the places of a plan stand for in a target that runs just now, by reads only: no container is entered, so nothing can be changed by looking.
import { readFileSync, readlinkSync } from "node:fs";
import type Dockerode from "dockerode";
import type { Place } from "../../model/op.ts";
import type { Stack } from "../../model/stack.ts";
import { findAttached } from "./attached.ts";
import { learnt } from "./engine.ts";
import type { OwnerState } from "./labels.ts";
import { findRunningTargets, type Member } from "./running-targets.ts";

/** The requests that are made, all of them GET. */
export type Reader = Pick<Dockerode, "listContainers" | "listNetworks" | "getContainer">;

export type LiveTarget = { readonly places: readonly LivePlace[] } & (
  | {
      readonly session: string;
      /** Of the planefault that started it. "gone": kept or left behind, and taken by `cleanup`. */
      readonly harness: OwnerState;
    }
  /** Somebody else's: what is meant, and sentences about what is not as the target file says. */
  | { readonly attached: string; readonly amiss: readonly string[] }
);

export interface LivePlace {
  readonly place: Place;
  /** Undefined: nothing of that name runs. */
  readonly container: LiveContainer | undefined;
  /** On the engine's host: of the place's process, or of the container's first one; undefined where no such process runs. */
  readonly pid: number | undefined;
}

interface LiveContainer {
  readonly id: string;
  readonly name: string;
  /** "running", "exited". */
  readonly state: string;
  readonly addresses: Readonly<Record<string, string>>;
  /** Known where the engine runs on this machine and we may look. */
  readonly netns: string | undefined;
}

const deadlineMs = 10_000;

/** One entry per session in which this target runs, in this variant and no other; one for a target that is attached. */
export async function lookUpTarget(docker: Reader, stack: Stack, places: readonly Place[]): Promise<readonly LiveTarget[]> {
  if (stack.attach) {
    const { members, amiss } = await findAttached(docker, stack, stack.attach);
    const found = await Promise.all(places.map((place) => lookUp(docker, stack, place, members.get(place.component))));
    return [{ attached: stack.attach.what, amiss, places: found }];
  }
  const running = await findRunningTargets(docker, stack.name, stack.variant);
  return Promise.all(
    running
      .filter(({ variant }) => variant === stack.variant)
      .map(async ({ session, harness, components, vantages }) => {
        const members = new Map([...components, ...vantages].map((member) => [member.name, member]));
        return {
          session,
          harness,
          places: await Promise.all(places.map((place) => lookUp(docker, stack, place, members.get(place.component)))),
        };
      }),
  );
}

async function lookUp(docker: Reader, stack: Stack, place: Place, member: Member | undefined): Promise<LivePlace> {
  if (member === undefined) return { place, container: undefined, pid: undefined };
  const { id, addresses } = member;
  const seen = await learnt(deadlineMs, `the state of ${place.component}`, docker.getContainer(id).inspect());
  const { State: state } = seen;
  const container: LiveContainer = {
    id,
    name: seen.Name.replace(/^\//u, ""),
    state: state.Status,
    addresses,
    netns: state.Running ? netnsOf(state.Pid, id) : undefined,
  };
  if (!state.Running || place.process === undefined) return { place, container, pid: state.Running ? state.Pid : undefined };
  const exe = stack.components.find(({ name }) => name === place.component)?.processes.find(({ name }) => name === place.process)?.exe;
  const table: ProcessTable = await learnt(deadlineMs, `the processes of ${place.component}`, docker.getContainer(id).top());
  return { place, container, pid: exe === undefined ? undefined : findPid(table, exe) };
}

interface ProcessTable {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

/** The oldest process that was started as `exe`; a daemon may have put a colon behind its name. */
export function findPid(table: ProcessTable, exe: string): number | undefined {
  const pid = table.Titles.indexOf("PID");
  const command = table.Titles.findIndex((title) => title === "CMD" || title === "COMMAND");
  const row = table.Processes.find((row) => fileName((row[command] ?? "").split(" ")[0] ?? "") === fileName(exe));
  return row && Number(row[pid]);
}

const fileName = (path: string): string => (path.split("/").at(-1) ?? path).replace(/:$/u, "");

/** A pid of another machine would be somebody else's here: the cgroup says whether it is the container's. */
export function netnsOf(pid: number, containerId: string, proc = "/proc"): string | undefined {
  try {
    return readFileSync(`${proc}/${pid}/cgroup`, "utf8").includes(containerId) ? readlinkSync(`${proc}/${pid}/ns/net`) : undefined;
  } catch {
    return undefined;
  }
}
