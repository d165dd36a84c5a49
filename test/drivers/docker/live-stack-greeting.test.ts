// Whoever was greeted ends after a short silence, so it hears heartbeats from then on, however long the others take to start.
import { expect } from "chai";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type Dockerode from "dockerode";
import { Channel } from "../../../src/drivers/docker/channel.ts";
import { LiveStack } from "../../../src/drivers/docker/live-stack.ts";
import type { SessionContext } from "../../../src/drivers/docker/session-context.ts";
import type { RunningStack } from "../../../src/drivers/docker/start-stack.ts";
import { eventually } from "../../agent/agent-container.ts";

describe("a live stack that greets its agents", () => {
  it("keeps the quick ones awake while a slow one starts, and asks that one nothing else meanwhile", async () => {
    const originNs = process.hrtime.bigint();
    const heard: Record<string, string[]> = { quick: [], slow: [], keeper: [] };
    const channel = (name: string, answers: boolean): Channel => {
      const stream = new PassThrough();
      let out: PassThrough | undefined;
      const docker = { modem: { demuxStream: (_: unknown, stdout: PassThrough) => void (out = stdout) } } as unknown as Dockerode;
      const made = new Channel(name, docker, stream);
      createInterface({ input: stream }).on("line", (line) => {
        const asked = JSON.parse(line) as { readonly id: number; readonly do: string };
        heard[name]?.push(asked.do);
        const value = asked.do === "ping" ? Number(process.hrtime.bigint() - originNs) / 1e6 : {};
        if (answers) out?.write(`${JSON.stringify({ id: asked.id, ok: true, value })}\n`);
      });
      return made;
    };
    const agents = new Map(
      [
        ["quick", true],
        ["slow", false],
      ].map(([name, answers]) => [name, { name, containerId: name, channel: channel(String(name), answers === true) }]),
    );
    const running = { agents, standbys: new Map(), keeper: { channel: channel("keeper", false) } } as unknown as RunningStack;
    const stack = new LiveStack({} as SessionContext, running, { id: "r", originNs });
    const prepared = stack.prepare().catch(String);
    // Five of them are the greeting's own, which measures the clock.
    await eventually("three heartbeats", 5_000, () => (heard["quick"] ?? []).filter((word) => word === "ping").length >= 5 + 3);
    expect([heard["quick"]?.[0], heard["slow"], heard["keeper"]]).to.deep.equal(["hello", ["hello"], []]);
    for (const { channel: one } of agents.values()) one.hangUp();
    expect(await prepared).to.contain("slow");
  });
});
