// What the components themselves wrote, for the report and for errors.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { messageOf } from "../../model/error.ts";
import { type Engine, within } from "./engine.ts";

const deadlineMs = 10_000;

/** The last `lines` lines of a container; a log that cannot be read must not hide the error for which it was wanted. */
export async function logsOf(engine: Engine, containerId: string, lines: number): Promise<string> {
  try {
    return await within(deadlineMs, `the log of ${containerId.slice(0, 12)}`, read(engine, containerId, lines));
  } catch (error) {
    return `(no log: ${messageOf(error)})`;
  }
}

async function read(engine: Engine, containerId: string, lines: number): Promise<string> {
  const buffer = await engine.docker.getContainer(containerId).logs({ stdout: true, stderr: true, tail: lines, follow: false });
  const both = new PassThrough();
  // Without following, the engine answers with one buffer in its multiplexed frames: eight bytes of head, the last four of them the length.
  for (let at = 0; at + 8 <= buffer.length; at += 8 + buffer.readUInt32BE(at + 4))
    both.write(buffer.subarray(at + 8, at + 8 + buffer.readUInt32BE(at + 4)));
  both.end();
  return text(both);
}
