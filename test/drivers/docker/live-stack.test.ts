// What a run is told of conversations that end: one by itself is its program's end, all at once are the engine's.
import { expect } from "chai";
import { PassThrough } from "node:stream";
import type Dockerode from "dockerode";
import { Channel } from "../../../src/drivers/docker/channel.ts";
import { LiveStack } from "../../../src/drivers/docker/live-stack.ts";
import type { SessionContext } from "../../../src/drivers/docker/session-context.ts";
import type { RunningStack } from "../../../src/drivers/docker/start-stack.ts";
import type { JournalRecord } from "../../../src/model/record.ts";
import { eventually } from "../../agent/agent-container.ts";

const docker = { modem: { demuxStream: () => undefined } } as unknown as Dockerode;

describe("a live stack", () => {
  let streams: PassThrough[];
  let told: string[];
  beforeEach(() => {
    streams = [];
    told = [];
    const channel = (name: string): Channel => {
      const stream = new PassThrough().resume();
      streams.push(stream);
      return new Channel(name, docker, stream);
    };
    const agents = new Map(["web", "user"].map((name) => [name, { name, containerId: name, channel: channel(`agent ${name}`) }]));
    // The part of a stack that its conversations are about.
    const running = { agents, standbys: new Map(), keeper: { channel: channel("keeper") } } as unknown as RunningStack;
    const stack = new LiveStack({} as SessionContext, running, { id: "r", originNs: process.hrtime.bigint() });
    stack.sink = (record: JournalRecord) => void (record.type === "error" && told.push(`${record.code}: ${record.message}`));
  });

  it("names the one that has gone", async () => {
    streams[0]?.destroy();
    await eventually("the news", 2_000, () => told.length > 0);
    expect(told).to.deep.equal(["agent: agent web is gone: its stream was closed"]);
  });

  it("names the engine where all have gone at once", async () => {
    for (const stream of streams) stream.destroy();
    await eventually("the news", 2_000, () => told.length > 0);
    expect(told).to.deep.equal([
      "engine: the container engine hangs, has ended or was restarted: 3 at once are gone; agent web is gone: its stream was closed",
    ]);
  });
});
