// A second engine with folders and namespaces of its own, which may be stopped, killed and left behind: the usual one is not touched.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Dockerode from "dockerode";
import type { Engine } from "../../src/drivers/docker/engine.ts";
import { withDeadlines } from "../../src/drivers/docker/request-deadline.ts";
import { ensureEngine, type EnginePlace } from "../../src/setup/engine-start.ts";
import { readPidFile } from "../../src/setup/pid-file.ts";
import { Steps } from "../../src/setup/steps.ts";

const endDeadlineMs = 30_000;
const requestDeadlineMs = 60_000;

export function placeIn(folder: string, more: readonly string[] = []): EnginePlace {
  const socket = join(folder, "x.sock");
  const pidFile = join(folder, "docker.pid");
  const execRoot = join(folder, "exec");
  return {
    socket,
    pidFile,
    containerdPidFile: join(execRoot, "containerd", "containerd.pid"),
    // In namespaces of its own: `--bridge=none` takes the usual engine's docker0 away, and it leaves its data folder mounted.
    command: [
      "unshare",
      "--net",
      "--mount",
      "dockerd",
      "--data-root",
      join(folder, "data"),
      "--exec-root",
      execRoot,
      "-H",
      `unix://${socket}`,
      "--pidfile",
      pidFile,
      "--bridge=none",
      "--iptables=false",
      "--ip-forward=false",
      "--ip-masq=false",
      ...more,
    ],
    log: join(folder, "dockerd.log"),
    systemd: false,
    cache: folder,
    permission: { allowed: true },
  };
}

/** The pid of what was ended, once it has gone. */
export async function endBy(signal: "SIGKILL" | "SIGTERM", file: string, program: string): Promise<number | undefined> {
  const found = await readPidFile(file, program);
  if (found.state !== "running") return undefined;
  process.kill(found.pid, signal);
  const deadline = AbortSignal.timeout(endDeadlineMs);
  while ((await readPidFile(file, program)).state === "running") await pause(20, undefined, { signal: deadline });
  return found.pid;
}

export class OwnEngine implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "planefault-engine-"));
  readonly #place = placeIn(this.#folder);
  readonly #socket = this.#place.socket ?? "";
  /** Set while it is stopped by SIGSTOP. */
  #frozen: number | undefined;

  /** For programs that are to use it. */
  readonly environment = { DOCKER_HOST: `unix://${this.#socket}` };
  /** What the driver's functions that look and remove want; nothing here starts containers. */
  readonly engine: Engine = {
    docker: withDeadlines(new Dockerode({ socketPath: this.#socket }), requestDeadlineMs),
    cgroupVersion: 1,
    cgroupDriver: "cgroupfs",
  };

  /** Resolves when it answers; over whatever a killed one has left. */
  async start(more: readonly string[] = []): Promise<void> {
    await ensureEngine(new Steps(() => undefined), placeIn(this.#folder, more));
  }

  /** As `docker save` and `docker load` do it: nothing is built or pulled here. */
  async load(from: Dockerode, images: readonly string[]): Promise<void> {
    const { docker } = this.engine;
    for (const image of images) {
      const progress = await docker.loadImage(await from.getImage(image).get());
      await new Promise((resolve, reject) =>
        docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve(undefined))),
      );
    }
  }

  /** It keeps its sockets, and answers nobody. */
  async freeze(): Promise<void> {
    const found = await readPidFile(this.#place.pidFile, "dockerd");
    if (found.state !== "running") throw new Error(`there is no engine of ours to stop: its pid file is ${found.state}`);
    process.kill(found.pid, "SIGSTOP");
    this.#frozen = found.pid;
  }

  thaw(): void {
    if (this.#frozen !== undefined) process.kill(this.#frozen, "SIGCONT");
    this.#frozen = undefined;
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.thaw();
    await endBy(signal, this.#place.pidFile, "dockerd");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    const left = await this.engine.docker.listContainers({ all: true }).catch(() => []);
    for (const { Id } of left)
      await this.engine.docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined);
    await this.end("SIGTERM");
    await endBy("SIGTERM", this.#place.containerdPidFile, "containerd");
    await rm(this.#folder, { recursive: true, force: true });
  }
}
