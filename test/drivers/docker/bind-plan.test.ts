// Arming refuses by what engine and host say, not by what an agent says of itself.
import { expect } from "chai";
import { readlinkSync } from "node:fs";
import { bindPlan } from "../../../src/drivers/docker/bind-plan.ts";
import type { SessionContext } from "../../../src/drivers/docker/session-context.ts";
import type { RunningStack } from "../../../src/drivers/docker/start-stack.ts";
import type { Change } from "../../../src/model/op.ts";
import type { Plan } from "../../../src/model/plan.ts";

interface Scene {
  /** What the agents say. */
  readonly claims?: Readonly<Record<"store" | "user", string>>;
  /** What the engine says of the store. */
  readonly networkMode?: string;
  readonly running?: boolean;
  /** What the target allows. */
  readonly allow?: readonly string[];
  readonly change?: Change;
  /** Of the store's process, inside. */
  readonly pid?: number;
}

const traffic = { from: { component: "user" }, network: "data", protocol: "any", flows: "all", action: "drop", percent: 100 } as const;
const at = { component: "store" };
const blocked: Change = {
  id: "c1",
  fault: 0,
  apply: { op: "packets.block", at, traffic },
  undo: { op: "packets.pass", at, traffic },
  holder: "agent",
  startMs: 0,
  endMs: 1_000,
  leaseMs: 2_000,
};

/** Only the parts that arming asks. */
function bind({
  claims = { store: "4026532100", user: "4026532200" },
  networkMode = "pf-x-data",
  running = true,
  change = blocked,
  allow,
  pid = 7,
}: Scene) {
  const inspect = (id: string) => async () => ({
    State: { Running: id !== "id-store" || running, Pid: process.pid },
    HostConfig: { NetworkMode: id === "id-store" ? networkMode : "pf-x-data" },
  });
  const context = { engine: { docker: { getContainer: (id: string) => ({ inspect: inspect(id) }) } } } as unknown as SessionContext;
  const agent = (name: "store" | "user") => ({
    name,
    containerId: `id-${name}`,
    channel: { demand: async () => ({ netns: claims[name], process: { name: "store", pid, startTicks: "77" }, first: true }) },
  });
  const stack = {
    stack: { allow, components: [{ name: "store" }, { name: "other" }] },
    agents: new Map([
      ["store", agent("store")],
      ["user", agent("user")],
    ]),
    components: new Map([
      ["store", { component: { processes: [] }, container: { id: "id-store" }, cgroup: { disk: { path: "blkio/docker/id-store" } } }],
    ]),
    addresses: { store: { data: "10.64.0.11" }, user: { data: "10.64.0.12" } },
  } as unknown as RunningStack;
  return bindPlan(context, stack, { changes: [change] } as unknown as Plan).then(
    ([armed]) => `${armed?.at.containerId} ${armed?.at.netns} ${armed?.peer?.netns}`,
    String,
  );
}

describe("arming a plan", () => {
  it("binds container and network namespace of both ends", async () => {
    expect(await bind({})).to.equal("id-store 4026532100 4026532200");
  });

  it("refuses to stop process 1 of a container, which nobody inside it can", async () => {
    const stop: Change = { ...blocked, apply: { op: "process.stop", at }, undo: { op: "process.continue", at } };
    expect(await bind({ change: stop, pid: 1 })).to.contain("the kernel lets nobody inside a container stop its process 1");
    expect(await bind({ change: stop })).not.to.contain("process 1");
  });

  it("refuses the host's network namespace, by inode", async () => {
    const host = /\d+/u.exec(readlinkSync("/proc/self/ns/net"))?.[0] ?? "";
    const refused = "is in the host's own network namespace";
    expect(await bind({ claims: { store: host, user: "4026532200" } })).to.contain(`store ${refused}`);
    expect(await bind({ claims: { store: "4026532100", user: host } })).to.contain(`user ${refused}`);
  });

  it("refuses what the engine calls the host's network, whatever the agent says", async () => {
    expect(await bind({ networkMode: "host" })).to.contain("store is in the host's own network namespace");
  });

  it("refuses a component that has ended", async () => {
    expect(await bind({ running: false })).to.contain("store has ended");
  });

  it("refuses a component that the target does not allow, though its peer need not be allowed", async () => {
    expect(await bind({ allow: ["other"] })).to.contain("store is not among those that the target lists under `allow`");
    expect(await bind({ allow: ["store"] })).to.equal("id-store 4026532100 4026532200");
  });

  it("refuses two containers in one namespace", async () => {
    expect(await bind({ claims: { store: "4026532100", user: "4026532100" } })).to.contain(
      "user shares its network namespace with another container",
    );
  });
  it("refuses to end the first process of a container, with which the container would end", async () => {
    const place = { component: "store", process: "store" };
    for (const apply of [{ op: "process.kill", at: place } as const, { op: "process.restart", at: place, signal: "TERM" } as const])
      expect(await bind({ change: { ...blocked, apply, undo: { op: "process.ensure", at: place } } })).to.contain(
        "store is the first process of store: its end would be the end of the container",
      );
  });
});
