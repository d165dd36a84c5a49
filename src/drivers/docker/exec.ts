// Runs an argument vector in a component through the engine, with a deadline; there is no shell anywhere.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type Engine, within } from "./engine.ts";

export interface Executed {
  readonly exitCode: number | undefined;
  readonly output: string;
}

export async function execute(engine: Engine, containerId: string, argv: readonly string[], deadlineMs: number): Promise<Executed> {
  return within(deadlineMs, `"${argv.join(" ")}" in ${containerId.slice(0, 12)}`, run(engine, containerId, argv));
}

async function run(engine: Engine, containerId: string, argv: readonly string[]): Promise<Executed> {
  const exec = await engine.docker.getContainer(containerId).exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const both = new PassThrough();
  engine.docker.modem.demuxStream(stream, both, both);
  stream.on("end", () => both.end());
  stream.on("close", () => both.end());
  const output = await text(both);
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? undefined, output };
}
