// A component on a network with routes and a neighbour of its own, the agent that breaks its link, its standby, and a third one that looks.
import type { Bound } from "../../src/model/agent-protocol.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import type { Op } from "../../src/model/op.ts";
import { armedChange, Bench, identity, type TestAgent } from "./agent-container.ts";

const leaseMs = 60_000;
const at = { component: "place" } as const;
export const place = { at, network: "data" } as const;

export class LinkBench {
  readonly bench: Bench;
  readonly agent: TestAgent;
  readonly standby: TestAgent;
  readonly watcher: TestAgent;
  readonly address: string;

  private constructor(
    bench: Bench,
    { agent, standby, watcher }: Readonly<Record<"agent" | "standby" | "watcher", TestAgent>>,
    address: string,
  ) {
    this.bench = bench;
    this.agent = agent;
    this.standby = standby;
    this.watcher = watcher;
    this.address = address;
  }

  static async open(): Promise<LinkBench> {
    const bench = await Bench.open();
    const component = await bench.component(["sleep", "600"], await bench.network());
    const address = await bench.addressOf(component);
    const agent = await bench.agent(component);
    const [standby, watcher] = [await bench.agent(component), await bench.agent(component)];
    const near = (host: number): string => address.replace(/\.\d+$/u, `.${host}`);
    for (const line of [
      ["route", "replace", "default", "via", near(1)],
      ["route", "add", "198.51.100.0/24", "via", near(7), "metric", "5"],
      ["route", "add", "203.0.113.0/24", "dev", "eth0", "table", "77"],
      ["route", "add", "192.0.2.0/24", "nexthop", "via", near(8), "nexthop", "via", near(9)],
      ["neighbour", "add", near(55), "lladdr", "02:00:00:00:00:05", "nud", "permanent", "dev", "eth0"],
    ])
      await agent.run(["ip", ...line]);
    return new LinkBench(bench, { agent, standby, watcher }, address);
  }

  close = async (): Promise<void> => await this.bench.close();

  digest = async (): Promise<Digest> => (await this.watcher.ask({ do: "digest" })) as Digest;

  async bind(address = this.address): Promise<Bound> {
    return (await this.agent.ask({ do: "bind", processes: [], process: undefined, volume: undefined, path: "", address })) as Bound;
  }

  async armed(id: string, apply: Op, undo: Op, holdMs = leaseMs): Promise<ArmedChange> {
    const bound = await this.bind();
    const armed = armedChange(id, apply, undo, { holdMs, leaseMs: holdMs }, identity("place", bound.netns, { data: this.address }, bound));
    // Nobody has the peer's address: what is sent there needs no answer.
    if (apply.op === "packets.disturb")
      armed.peers = apply.to.map(({ component }) => identity(component, bound.netns, { data: this.address.replace(/\.\d+$/u, ".77") }));
    await this.agent.ask({ do: "arm", armed, table: "planefault_test" });
    return armed;
  }
}
