// Whether the place in which an agent says it stands is the container that we mean: the engine and the host are asked, since the agent alone can only repeat itself.
import { readlinkSync } from "node:fs";
import { PlanefaultError } from "../../model/error.ts";
import type { Identity } from "../../model/identity.ts";
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
    hint: allow.length === 0 ? "it allows none" : `it allows faults on ${allow.join(", ")} only`,
  });
}

/** Asked at each shot, of whoever planned or armed it: the component may be hit, and what was armed is the container that was attached or started. Undefined: it may. */
export function whyNoShot(
  {
    stack,
    components,
  }: {
    readonly stack: Pick<Stack, "allow" | "components">;
    readonly components: ReadonlyMap<string, { readonly container: { readonly id: string } }>;
  },
  { component, containerId }: Pick<Identity, "component" | "containerId">,
): string | undefined {
  const bound = components.get(component)?.container.id;
  // Vantages are no components.
  if (bound === undefined) return undefined;
  if (stack.allow?.includes(component) === false) return `${component} is not among those that the target lists under \`allow\``;
  return bound === containerId
    ? undefined
    : `${component} was armed as container ${containerId.slice(0, 12)}, and is ${bound.slice(0, 12)}`;
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
