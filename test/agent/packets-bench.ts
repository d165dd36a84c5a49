// Two components on one network with an agent beside each, and what tests of packet rules say to them.
import { expect } from "chai";
import type { Bound } from "../../src/model/agent-protocol.ts";
import type { ArmedChange, Identity } from "../../src/model/identity.ts";
import type { Traffic } from "../../src/model/op.ts";
import { Bench, type TestAgent, armedChange, eventually, identity } from "./agent-container.ts";

export const table = "planefault_test";

interface Spans {
  readonly holdMs: number;
  readonly leaseMs: number;
}

type Name = "place" | "peer";

const sentName = { received: "sent", bystanderReceived: "bystanderSent", connectionReceived: "connectionSent" } as const;

export class PacketsBench {
  readonly bench: Bench;
  readonly addresses: Record<string, Record<string, string>> = {};
  readonly #agents: Record<string, TestAgent> = {};
  readonly #netns: Record<string, string> = {};

  private constructor(bench: Bench) {
    this.bench = bench;
  }

  static async open(): Promise<PacketsBench> {
    const opened = new PacketsBench(await Bench.open());
    const network = await opened.bench.network();
    for (const name of ["place", "peer"]) await opened.#add(name, network);
    return opened;
  }

  async #add(name: string, network: string): Promise<void> {
    const component = await this.bench.component(["sleep", "600"], network);
    this.addresses[name] = { data: await this.bench.addressOf(component) };
    const agent = await this.bench.agent(component);
    this.#agents[name] = agent;
    const bound = (await agent.ask({ do: "bind", processes: [], process: undefined, volume: undefined, path: "" })) as Bound;
    this.#netns[name] = bound.netns;
  }

  close = async (): Promise<void> => await this.bench.close();
  now = (): number => this.bench.now();
  agent = (name: string): TestAgent => this.#agents[name] ?? expect.fail(`no agent ${name}`);
  at = (name: Name): Identity => identity(name, this.#netns[name] ?? "", this.addresses[name] ?? {});

  /** A block of what comes from the peer, at the place, where the test does not say otherwise. */
  block(
    id: string,
    spans: Spans,
    over: { readonly at?: Identity; readonly peer?: Identity; readonly traffic?: Partial<Traffic> } = {},
  ): ArmedChange {
    const { at = this.at("place"), peer = this.at("peer") } = over;
    const traffic: Traffic = {
      from: { component: peer.component },
      network: "data",
      protocol: "any",
      flows: "all",
      action: "drop",
      percent: 100,
      ...over.traffic,
    };
    const place = { at: { component: at.component }, traffic };
    return armedChange(id, { op: "packets.block", ...place }, { op: "packets.pass", ...place }, spans, at, peer);
  }

  async arm(armed: ArmedChange): Promise<ArmedChange> {
    await this.agent(armed.at.component).ask({ do: "arm", armed, table });
    return armed;
  }

  async watch(id: string, armed: ArmedChange): Promise<void> {
    await this.answer(id, armed);
    await this.#witness(id, armed, "send");
  }

  /** Only the answering end. */
  async answer(id: string, armed: ArmedChange): Promise<void> {
    await this.#witness(id, armed, "answer");
  }

  async #witness(id: string, armed: ArmedChange, role: "answer" | "send"): Promise<void> {
    if (armed.change.apply.op !== "packets.block") return expect.fail();
    const { at, traffic } = armed.change.apply;
    const witness = { kind: "packets", id, changes: [armed.change.id], at, traffic, everyMs: 20 } as const;
    const where = role === "answer" ? at.component : traffic.from.component;
    await this.agent(where).ask({ do: "witness", witness, role, addresses: this.addresses, armed: [armed] });
  }

  /** Waits until so many canaries that were sent since then are counted: rows come late, and on a busy machine fewer canaries leave. */
  async counted(
    witness: string,
    sender: Name,
    since: number,
    sent: number,
    name: "sent" | "bystanderSent" | "connectionSent" = "sent",
  ): Promise<void> {
    const sum = (): number =>
      this.agent(sender)
        .rows(witness)
        .reduce((total, [row, values]) => total + (row - 200 >= since ? (values[name] ?? 0) : 0), 0);
    await eventually(`${sent} canaries of ${witness} to be counted`, 15_000, () => sum() >= sent);
  }

  shareBetween(
    witness: string,
    sender: Name,
    from: number,
    to: number,
    name: "received" | "bystanderReceived" | "connectionReceived" = "received",
  ): number {
    const rows = this.agent(sender)
      .rows(witness)
      .filter(([row]) => row - 200 >= from && row <= to);
    const sum = (key: string): number => rows.reduce((total, [, values]) => total + (values[key] ?? 0), 0);
    expect(rows.length, "rows").to.be.greaterThan(0);
    return sum(name) / sum(sentName[name]);
  }
}
