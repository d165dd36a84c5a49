// Whether the place in which an agent says it stands is the container that we mean: the engine and the host are asked, since the agent alone can only repeat itself.
import { readlinkSync } from "node:fs";
import { PlanefaultError } from "../../model/error.ts";
import type { Stack } from "../../model/stack.ts";
import type { Engine } from "./engine.ts";
import { netnsOf } from "./live-lookup.ts";

/** What engine and host say of a container, without its agent. */
export interface HostView {
  readonly running: boolean;
  /** "host": its network namespace is the host's own. */
  readonly networkMode: string;
  /** Undefined where the engine runs on another machine or we may not look; there the engine's word has to do. */
  readonly netns: string | undefined;
  /** Namespaces that are nobody's target: ours, and that of this machine's first process, which may be another. */
  readonly forbidden: readonly string[];
}

export async function lookFromHost(engine: Engine, containerId: string, proc = "/proc"): Promise<HostView> {
  const { State: state, HostConfig: host } = await engine.docker.getContainer(containerId).inspect();
  return {
    running: state.Running,
    networkMode: host.NetworkMode ?? "",
    netns: state.Running ? netnsOf(state.Pid, containerId, proc) : undefined,
    forbidden: ["self", "1"].flatMap((pid) => readLink(`${proc}/${pid}/ns/net`) ?? []),
  };
}

/** `claimed` is what the agent bound. */
export function refuseElsewhere(component: string, claimed: string, seen: HostView): void {
  if (!seen.running)
    throw new PlanefaultError("wrong-shot", `${component} has ended, so nothing of it can be hit`, {
      hint: "its log in the report says why",
    });
  if (seen.networkMode === "host" || seen.forbidden.some((netns) => inode(netns) === inode(claimed)))
    throw new PlanefaultError("wrong-shot", `${component} is in the host's own network namespace`, {
      hint: "a component with network_mode: host cannot be hit",
    });
  if (seen.netns !== undefined && inode(seen.netns) !== inode(claimed))
    throw new PlanefaultError(
      "wrong-shot",
      `the agent beside ${component} is in network namespace ${claimed}, its container in ${seen.netns}`,
      {
        hint: "the container was started anew: run again",
      },
    );
}

/** The plan has refused it before; whoever hands a plan over by another way is refused here. */
export function refuseNotAllowed({ allow, components }: Pick<Stack, "allow" | "components">, component: string): void {
  if (allow === undefined || allow.includes(component) || !components.some(({ name }) => name === component)) return;
  throw new PlanefaultError("wrong-shot", `${component} is not among those that the target lists under \`allow\``, {
    hint: `it allows faults on ${allow.join(", ")} only`,
  });
}

/** "net:[4026531840]" -> "4026531840", as agents write it. */
const inode = (text: string): string => /\d+/u.exec(text)?.[0] ?? text;

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
