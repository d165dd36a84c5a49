// What else people break containers with, at the same container and under the same stopwatch. None of it can be told an instant, so each is due when it is ordered.
import { runTool } from "../../src/setup/tool.ts";
import { packetsOf } from "./faults.ts";
import type { Shot } from "./figures.ts";
import { type Argv, pumbaLoss, pumbaPause, pumbaRate } from "./pumba.ts";
import type { Setting } from "./setting.ts";
import { spanIn } from "./span.ts";

export interface Peer {
  readonly tool: Tool;
  /** That of ours which it is compared with. */
  readonly fault: string;
  readonly begin: Argv;
  /** Ordered when the time is over; undefined where the first program ends it by itself. */
  readonly end?: Argv;
  /** Gives back what its end leaves, once the stopwatch has looked. */
  readonly after?: Argv;
}

type Places = Pick<Setting, "place" | "user" | "image">;

const service = "/app/services/echo";
/** In the order in which they are listed. */
export const tools = ["docker exec", "a fresh sidecar", "Pumba"] as const;
type Tool = (typeof tools)[number];

/** What has to be run in the place's network namespace, and what takes it back. */
const inNetwork = (user: string) =>
  [
    {
      fault: "net.loss",
      begin: ["iptables", "-I", "INPUT", "-s", user, "-j", "DROP"],
      end: ["iptables", "-D", "INPUT", "-s", user, "-j", "DROP"],
    },
    {
      fault: "link.down",
      begin: ["ip", "link", "set", "dev", "eth0", "down"],
      end: ["ip", "link", "set", "dev", "eth0", "up"],
    },
    {
      fault: "net.rate",
      begin: ["tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "100kbit", "burst", "2000", "latency", "400ms"],
      end: ["tc", "qdisc", "del", "dev", "eth0", "root"],
      // The kernel keeps the longer queue that it gave to the interface.
      after: ["ip", "link", "set", "dev", "eth0", "txqueuelen", "0"],
    },
  ] as const;

export function peersOf({ place: { container }, user, image }: Places, askedMs: number, hasPumba: boolean): readonly Peer[] {
  const exec = (words: readonly string[]): Argv => ["docker", "exec", container, ...words];
  const sidecar = (words: readonly string[]): Argv => [
    ...(["docker", "run", "--rm", "--network", `container:${container}`, "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", image] as const),
    ...words,
  ];
  const ordered = (tool: Tool, wrap: (words: readonly string[]) => Argv): readonly Peer[] =>
    inNetwork(user).map(({ fault, begin, end, ...rest }) => ({
      tool,
      fault,
      begin: wrap(begin),
      end: wrap(end),
      ...("after" in rest && { after: exec(rest.after) }),
    }));
  const pumba = (fault: string, begin: Argv): Peer => ({ tool: "Pumba", fault, begin });
  return [
    ...ordered("docker exec", exec),
    { tool: "docker exec", fault: "process.pause", begin: exec(["sv", "pause", service]), end: exec(["sv", "cont", service]) },
    ...ordered("a fresh sidecar", sidecar),
    ...(hasPumba
      ? [
          pumba("net.loss", pumbaLoss(container, image, askedMs, user)),
          pumba("net.rate", pumbaRate(container, image, askedMs)),
          pumba("process.pause", pumbaPause(container, askedMs)),
        ]
      : []),
  ];
}

const timeoutMs = 30_000;

export async function shootPeer({ clock, stopwatch, place }: Setting, peer: Peer, askedMs: number): Promise<Shot> {
  const { tool, fault, begin, end, after } = peer;
  const { rows, value } = await stopwatch.during(packetsOf(place), async () => {
    const dueMs = clock.now();
    const begun = runTool(begin, { timeoutMs });
    if (!end) {
      await begun;
      return { dueMs, end: undefined };
    }
    await Promise.all([begun, clock.until(dueMs + askedMs)]);
    const orderedMs = clock.now();
    await runTool(end, { timeoutMs });
    return { dueMs, end: { orderedMs, answeredMs: clock.now() } };
  });
  if (after) await runTool(after, { timeoutMs });
  return { tool, fault, dueMs: value.dueMs, askedMs, end: value.end, span: spanIn(rows) };
}
