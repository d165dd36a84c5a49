// A Docker session for tests of the driver: images and the compiled agent from set-up, a name of its own, and a clock.
import { factsOf } from "../../../src/commands/known-facts.ts";
import { connectEngine, type Engine } from "../../../src/drivers/docker/engine.ts";
import { type DockerSession, openDockerSession } from "../../../src/drivers/docker/session.ts";
import type { Facts } from "../../../src/plan/facts.ts";
import { ensure } from "../../../src/setup/ensure.ts";

export interface DriverBench {
  readonly session: DockerSession;
  readonly engine: Engine;
  readonly name: string;
  /** What the kernel can do. */
  readonly facts: Facts;
}

export async function openBench(keep: boolean): Promise<DriverBench> {
  const provided = await ensure({ engine: true, toolbox: true, agent: true }, () => undefined);
  const toolbox = provided.toolbox ?? "";
  const name = `test-${process.pid}-${performance.now().toFixed(0)}`;
  const session = await openDockerSession({
    images: { toolbox, of: () => toolbox },
    agentFolder: provided.agentFolder ?? "",
    keep,
    session: name,
  });
  return { session, engine: await connectEngine(), name, facts: factsOf(provided.kernel) };
}
