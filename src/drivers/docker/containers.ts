// Creates containers in parallel and waits until they run and are healthy; whoever does not is named with its last words.
import { PlanefaultError, messageOf } from "../../model/error.ts";
import type { Healthcheck } from "../../model/stack.ts";
import { type Engine, poll, within } from "./engine.ts";
import { execute } from "./exec.ts";
import { logsOf } from "./logs.ts";
import type { ContainerSpec } from "./target-container.ts";

export interface StartedContainer {
  readonly id: string;
  readonly name: string;
  readonly stream: NodeJS.ReadWriteStream | undefined;
}

const createDeadlineMs = 60_000;
const healthDeadlineMs = 90_000;
const endingDeadlineMs = 2_000;
const lastLines = 20;
/** A program that is not there will not come, unless the component itself brings it. */
const retriesOfMissing = 3;

export async function startContainer(engine: Engine, spec: ContainerSpec): Promise<StartedContainer> {
  const { TargetContainer } = await import("./target-container.ts");
  const container = new TargetContainer(engine, spec);
  try {
    await within(createDeadlineMs, `container ${spec.name} to start`, container.start());
  } catch (cause) {
    container.letGo();
    const log = container.id === undefined ? "" : `\n${await logsOf(engine, container.id, lastLines)}`;
    throw new PlanefaultError("target", `${spec.name} did not start: ${messageOf(cause)}${log}`, { cause, hint: `image ${spec.image}` });
  }
  return { id: container.id ?? "", name: spec.name, stream: container.stream };
}

/**
 * Healthy where it declares a check, running where it does not. The check is run by us and only now: the engine would go on with it during the experiment, and
 * five programs started every three seconds were seen to stall the whole target for 200 ms each time.
 */
export async function waitHealthy(engine: Engine, container: StartedContainer, healthcheck: Healthcheck | undefined): Promise<void> {
  if (healthcheck === undefined) return void (await requireRunning(engine, container));
  const argv = healthcheck.test[0] === "CMD" ? healthcheck.test.slice(1) : healthcheck.test;
  let failures = 0;
  let seen = "it was never asked";
  await poll(
    healthDeadlineMs,
    healthcheck.intervalMs,
    async () => {
      await requireRunning(engine, container);
      const { complaint, isThere } = await ask(engine, container, argv, healthcheck.timeoutMs);
      seen = complaint;
      if (seen === "") return true;
      failures += 1;
      if (failures >= (isThere ? healthcheck.retries : Math.min(retriesOfMissing, healthcheck.retries)))
        throw await failure(engine, container, `failed its health check ${failures} times: ${seen}`);
      return undefined;
    },
    () => failure(engine, container, `was waited for ${healthDeadlineMs} ms to be healthy: ${seen}`),
  );
}

interface Asked {
  /** "" where the check succeeds. */
  readonly complaint: string;
  /** Whether the program of the check could be started, as far as is known. */
  readonly isThere: boolean;
}

async function ask(engine: Engine, container: StartedContainer, argv: readonly string[], timeoutMs: number): Promise<Asked> {
  try {
    const { exitCode, output } = await execute(engine, container.id, argv, timeoutMs);
    if (exitCode === 0) return { complaint: "", isThere: true };
    const isThere = exitCode !== 126 && exitCode !== 127;
    const what = `"${argv.join(" ")}" ended with ${exitCode}${isThere ? "" : ", so its program is not in the image or cannot be started"}`;
    return { complaint: `${what}${after(": ", lastWords(output.trim(), 200))}`, isThere };
  } catch (error) {
    return { complaint: messageOf(error), isThere: true };
  }
}

/** Cut between words: half of a secret would be known by nobody who hides the whole. */
const lastWords = (text: string, most: number): string => (text.length <= most ? text : text.slice(-most).replace(/^\S+\s*/u, ""));

const after = (words: string, text: string): string => (text === "" ? "" : `${words}${text}`);

/** Throws how the component ended where it does so within a moment (the engine may still call it running), else the error itself. */
export async function failUnlessEnding(engine: Engine, container: StartedContainer, error: unknown): Promise<never> {
  return await poll<never>(
    endingDeadlineMs,
    100,
    async () => {
      await requireRunning(engine, container);
      return undefined;
    },
    async () => (error instanceof PlanefaultError ? error : new PlanefaultError("target", messageOf(error), { cause: error })),
  );
}

/** Its state, or the error with which it ended. */
async function requireRunning(engine: Engine, container: StartedContainer) {
  const { State: state } = await within(
    createDeadlineMs,
    `the state of ${container.name}`,
    engine.docker.getContainer(container.id).inspect(),
  );
  if (!state.Running) throw await failure(engine, container, `ended with exit code ${state.ExitCode} instead of becoming healthy`);
  return state;
}

async function failure(engine: Engine, container: StartedContainer, what: string): Promise<PlanefaultError> {
  const lines = (await logsOf(engine, container.id, lastLines)).trimEnd();
  return new PlanefaultError("target", `${container.name} ${what}${after("; its last lines:\n", lines)}`, {
    hint: "run it by hand from its image to see more",
  });
}
