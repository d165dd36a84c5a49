// Packet faults need nothing of ours to end: the agent that fired is killed, nobody else knows of the change, and the kernel lets packets pass again.
import { expect } from "chai";
import { connect } from "node:net";
import type { Bound } from "../../src/model/agent-protocol.ts";
import { armedChange, Bench, eventually, identity } from "../agent/agent-container.ts";

const leaseMs = 4_000;
const listen = 'require("node:net").createServer((socket) => socket.end("here")).listen(7000)';

/** Whether the server can be reached within a fraction of a second. */
const answers = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port: 7000, timeout: 300 });
    const end = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.on("data", end(true)).on("error", end(false)).on("timeout", end(false));
  });

describe("packet faults without any program of ours", function () {
  this.timeout(60_000);
  let bench: Bench;
  before(async () => {
    bench = await Bench.open();
  });
  after(async () => await bench.close());

  it("end with their lease when the agent is killed", async () => {
    const server = await bench.component(["node", "-e", listen], await bench.network());
    const address = await bench.addressOf(server);
    await eventually("the server to listen", 10_000, () => answers(address));
    const agent = await bench.agent(server);
    const { netns } = (await agent.ask({ do: "bind", processes: [], process: undefined, volume: undefined, path: "" })) as Bound;
    const at = { component: "server" };
    const traffic = { from: { component: "host" }, network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 } as const;
    // The host reaches the server through the bridge, whose address stands for the peer.
    const peer = identity("host", netns, { data: address.replace(/\.\d+$/u, ".1") });
    const armed = armedChange(
      "a1",
      { op: "packets.block", at, traffic },
      { op: "packets.pass", at, traffic },
      { holdMs: leaseMs, leaseMs },
      identity("server", netns, { data: address }),
      peer,
    );
    await agent.ask({ do: "arm", armed, table: "planefault_alone" });
    const done = await agent.fire("a1", bench.now() + 50);
    agent.fallSilent();
    await agent.container.kill({ signal: "SIGKILL" });
    expect((await agent.container.inspect()).State.Running).to.equal(false);
    expect(await answers(address), "while the lease lasts").to.equal(false);
    expect(bench.now() - done, "time since the shot").to.be.below(leaseMs);
    await eventually("packets to pass again", leaseMs + 5_000, () => answers(address));
    expect(bench.now() - done).to.be.above(leaseMs - 100);
  });
});
