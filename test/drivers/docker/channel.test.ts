// A conversation over the engine's stream: answers, refusals, silence and the end of the stream are four different things.
import { expect } from "chai";
import { PassThrough } from "node:stream";
import type Dockerode from "dockerode";
import { Channel } from "../../../src/drivers/docker/channel.ts";

/** Stands for the engine's client: stdout only, no frames. */
const docker = {
  modem: {
    demuxStream: (stream: NodeJS.ReadableStream, stdout: NodeJS.WritableStream) => void stream.on("data", (chunk) => stdout.write(chunk)),
  },
} as unknown as Dockerode;

function talk(answer: (line: { readonly id: number; readonly do: string }) => object | undefined) {
  const stream = new PassThrough();
  const replies = new PassThrough();
  const both = Object.assign(replies, { write: (line: string) => (stream.write(line), true), end: () => replies });
  stream.on("data", (chunk: Buffer) => {
    const reply = answer(JSON.parse(String(chunk)) as { readonly id: number; readonly do: string });
    if (reply) replies.push(`${JSON.stringify(reply)}\n`);
  });
  return { channel: new Channel("agent x", docker, both), replies };
}

describe("channel", () => {
  it("tells values, refusals and silence apart", async () => {
    const { channel } = talk(({ id, do: what }) =>
      what === "ping" ? { id, ok: true, value: 3 } : what === "fire" ? { id, ok: false, error: "wrong pid" } : undefined,
    );
    expect(await channel.ask({ do: "ping" }, 500)).to.deep.equal({ heard: "value", value: 3 });
    expect(await channel.ask({ do: "fire" }, 500)).to.deep.equal({ heard: "refused", error: "wrong pid" });
    expect(await channel.ask({ do: "undo" }, 30)).to.deep.equal({ heard: "lost", detail: 'agent x did not answer "undo" within 30 ms' });
  });

  it("loses what is open when the stream ends, says the last words, and refuses nothing as applied", async () => {
    const { channel, replies } = talk(() => undefined);
    const asked = channel.ask({ do: "fire" }, 5_000);
    replies.push("out of memory\n");
    setImmediate(() => replies.push(null));
    const heard = await asked;
    expect(heard.heard).to.equal("lost");
    expect(heard.heard === "lost" && heard.detail)
      .to.contain("stream ended")
      .and.contain("out of memory");
    expect(channel.open).to.equal(false);
    expect((await channel.ask({ do: "ping" }, 5_000)).heard).to.equal("lost");
  });

  it("has ended after so many heartbeats without a word, says so and lets go; any word counts", async () => {
    const { channel, replies } = talk(() => undefined);
    const why: string[] = [];
    channel.onEnd = (words) => void why.push(words);
    const asked = channel.ask({ do: "undo" }, 60_000);
    const beat = (times: number): void => {
      for (let count = 0; count < times; count += 1) channel.beat(250, 4);
    };
    beat(4);
    await new Promise((resolve) => {
      channel.onEvent = resolve;
      replies.push('{"event":"log","text":"busy"}\n');
    });
    beat(4);
    expect(channel.open).to.equal(true);
    beat(2);
    expect(why).to.deep.equal(["nothing was heard of it for 1 s"]);
    expect([channel.open, replies.destroyed]).to.deep.equal([false, true]);
    const lost = { heard: "lost", detail: "agent x: nothing was heard of it for 1 s" };
    expect([await asked, await channel.ask({ do: "undo" }, 60_000)]).to.deep.equal([lost, lost]);
    channel.hangUp();
  });

  it("hands on what is no reply", async () => {
    const { channel, replies } = talk(() => undefined);
    const heard = new Promise((resolve) => {
      channel.onEvent = resolve;
    });
    replies.push('{"event":"log","text":"hi"}\n');
    expect(await heard).to.deep.equal({ event: "log", text: "hi" });
  });
});
