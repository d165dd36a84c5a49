// How long a component is waited for that never becomes healthy, and what is said of it, on an engine that only answers.
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { waitHealthy } from "../../../src/drivers/docker/containers.ts";
import type { Engine } from "../../../src/drivers/docker/engine.ts";

/** Each check ends with this code; what the container wrote is `log`. */
function engineOf(exitCode: number, log: string) {
  let asked = 0;
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(Buffer.byteLength(log), 4);
  const exec = async () => {
    asked += 1;
    return { start: async () => new PassThrough().end(), inspect: async () => ({ ExitCode: exitCode }) };
  };
  const container = {
    inspect: async () => ({ State: { Running: true } }),
    exec,
    logs: async () => Buffer.concat([frame, Buffer.from(log)]),
  };
  const demuxStream = (stream: PassThrough): void => void stream.resume();
  return { engine: { docker: { getContainer: () => container, modem: { demuxStream } } } as unknown as Engine, asked: () => asked };
}

async function failureOf(exitCode: number, log = ""): Promise<{ readonly message: string; readonly asked: number }> {
  const { engine, asked } = engineOf(exitCode, log);
  const healthcheck = { test: ["CMD", "curl", "x"], intervalMs: 1, timeoutMs: 1_000, retries: 20 };
  const error: unknown = await waitHealthy(engine, { id: "0123456789abcdef", name: "web", stream: undefined }, healthcheck).catch(
    (thrown: unknown) => thrown,
  );
  return { message: error instanceof Error ? error.message : "healthy", asked: asked() };
}

describe("a component that does not become healthy", () => {
  it("is not asked again and again by a program that is not there", async () => {
    for (const exitCode of [126, 127]) {
      const { message, asked } = await failureOf(exitCode);
      expect(asked).to.equal(3);
      expect(message).to.equal(
        `web failed its health check 3 times: "curl x" ended with ${exitCode}, so its program is not in the image or cannot be started`,
      );
    }
  });

  it("is asked as often as it says, and its last lines are said where there are any", async () => {
    expect(await failureOf(1)).to.deep.equal({ message: 'web failed its health check 20 times: "curl x" ended with 1', asked: 20 });
    expect((await failureOf(1, "no such file\n\n")).message).to.match(/ended with 1; its last lines:\nno such file$/u);
    expect((await failureOf(1, "\n\n")).message).to.match(/ended with 1$/u);
  });
});
