// Runs an argument vector in a component through the engine, with a deadline; there is no shell anywhere.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type Engine, within } from "./engine.ts";

export interface Executed {
  readonly exitCode: number | undefined;
  readonly output: string;
}

export async function execute(engine: Engine, containerId: string, argv: readonly string[], deadlineMs: number): Promise<Executed> {
  const over = new AbortController();
  try {
    return await within(deadlineMs, `"${argv.join(" ")}" in ${containerId.slice(0, 12)}`, run(engine, containerId, argv, over.signal));
  } finally {
    over.abort();
  }
}

/** `over`: nobody waits any more. A stream that stayed open would keep our own program from its end. */
async function run(engine: Engine, containerId: string, argv: readonly string[], over: AbortSignal): Promise<Executed> {
  const exec = await engine.docker.getContainer(containerId).exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  over.addEventListener("abort", () => stream.destroy(), { once: true });
  if (over.aborted) stream.destroy();
  const both = new PassThrough();
  engine.docker.modem.demuxStream(stream, both, both);
  stream.on("end", () => both.end());
  stream.on("close", () => both.end());
  const output = await text(both);
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? undefined, output };
}
