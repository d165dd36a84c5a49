// Makes a container engine answer: finds the one that runs, else starts the installed one, else installs the package. Over the leftovers of a killed one too.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PlanefaultError } from "../model/error.ts";
import { enginePackage, engineRemedy, type EngineSituation } from "./engine-remedy.ts";
import { inheritedFiles } from "./inherited-files.ts";
import { type Reached, reachEngine } from "./engine-client.ts";
import { readPidFile, removeIfStale } from "./pid-file.ts";
import { cacheFolder, mayChangeSystem, type Permission } from "./places.ts";
import type { Step, Steps } from "./steps.ts";
import { installPackages } from "./system-packages.ts";
import { runTool, tail } from "./tool.ts";

export type EngineReached = Extract<Reached, { readonly ok: true }>;

/** Where an engine lives. Tests use a second one with folders of its own. */
export interface EnginePlace {
  /** undefined: what DOCKER_HOST says, else the usual socket. */
  readonly socket: string | undefined;
  readonly pidFile: string;
  readonly containerdPidFile: string;
  /** What starts it, by hand; the pid must stay that of dockerd. */
  readonly command: readonly [string, ...string[]];
  readonly log: string;
  readonly systemd: boolean;
  readonly cache: string;
  readonly permission: Permission;
}

export const usualEngine = (environment: NodeJS.ProcessEnv = process.env): EnginePlace => ({
  socket: undefined,
  pidFile: "/var/run/docker.pid",
  containerdPidFile: "/var/run/docker/containerd/containerd.pid",
  command: ["dockerd"],
  log: join(cacheFolder(), "log", "dockerd.log"),
  systemd: existsSync("/run/systemd/system"),
  cache: cacheFolder(),
  permission: mayChangeSystem(undefined, environment),
});

const askMs = 5_000;
const answerMs = 60_000;
const pollMs = 200;
const startAttempts = 2;

export const findDockerd = (): string | undefined =>
  ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].find((path) => existsSync(path));

export async function ensureEngine(steps: Steps, place: EnginePlace): Promise<EngineReached> {
  const reached = await reachEngine(askMs, place.socket);
  if (reached.ok) return reached;
  const remedy = engineRemedy(situationOf(place));
  if (!remedy.ours)
    throw new PlanefaultError("engine", `no container engine answers (${reached.why}); ${remedy.why}`, { hint: remedy.command });
  if (remedy.what === "install") {
    await installPackages([enginePackage], "installing a container engine", steps, place.permission, place.cache);
    // The package's own script may have started it already.
    const afterInstall = await reachEngine(askMs, place.socket);
    if (afterInstall.ok) return afterInstall;
  }
  return start(steps, place);
}

export const situationOf = (place: EnginePlace): EngineSituation => ({
  elsewhere: place.socket === undefined ? process.env["DOCKER_HOST"] || undefined : undefined,
  dockerd: findDockerd(),
  systemd: place.systemd,
  permission: place.permission,
  hasApt: existsSync("/usr/bin/apt-get"),
  isRoot: process.getuid?.() === 0,
});

async function start(steps: Steps, place: EnginePlace): Promise<EngineReached> {
  return steps.step(
    place.systemd ? "starting the container engine: systemctl start docker" : `starting the container engine: ${place.command.join(" ")}`,
    async (step) => {
      if (place.systemd) {
        await runTool(["systemctl", "start", "docker"], { timeoutMs: answerMs, signal: step.signal });
        return answering(place, step, () => undefined);
      }
      for (let attempt = 1; ; attempt += 1) {
        const found = await readPidFile(place.pidFile, "dockerd");
        if (found.state === "running") {
          steps.say(`    process ${found.pid} is a dockerd already: waiting for it to answer`);
          return answering(place, step, () => undefined);
        }
        for (const [file, program] of [
          [place.pidFile, "dockerd"],
          [place.containerdPidFile, "containerd"],
        ] as const) {
          const removed = await removeIfStale(file, program);
          if (removed !== undefined) steps.say(`    ${removed}`);
        }
        try {
          return await startDockerd(place, step);
        } catch (error) {
          // Someone outside our lock may have started one in the same moment: then its pid file is there now.
          if (step.signal.aborted || attempt >= startAttempts) throw error;
        }
      }
    },
  );
}

/** In a session of its own, with nothing of ours open but its log: it must outlive us, Ctrl-C, and whoever waits for the end of our output. */
async function startDockerd(place: EnginePlace, step: Step): Promise<EngineReached> {
  mkdirSync(dirname(place.log), { recursive: true });
  const log = openSync(place.log, "a");
  const [program, ...rest] = place.command;
  const nothing = openSync("/dev/null", "r");
  const stdio: ("ignore" | number)[] = ["ignore", log, log];
  for (const descriptor of inheritedFiles()) {
    while (stdio.length < descriptor) stdio.push("ignore");
    stdio[descriptor] = nothing;
  }
  const child = spawn(program === "dockerd" ? (findDockerd() ?? program) : program, rest, { cwd: "/", detached: true, stdio });
  closeSync(log);
  closeSync(nothing);
  child.unref();
  let ended: string | undefined;
  child.on("error", (error) => (ended = error.message)).on("exit", (code, signal) => (ended = `it ended with ${code ?? signal}`));
  return answering(place, step, () => ended);
}

/** Broken off, a daemon that was just started is left to come up: it is nothing half-done, and the next set-up finds it. */
async function answering(place: EnginePlace, step: Step, ended: () => string | undefined): Promise<EngineReached> {
  const deadline = AbortSignal.timeout(answerMs);
  let why = "";
  while (!deadline.aborted) {
    const reached = await reachEngine(askMs, place.socket);
    if (reached.ok) return reached;
    why = ended() ?? reached.why;
    step.note(why);
    if (ended() !== undefined) break;
    await pause(pollMs, undefined, { signal: step.signal });
  }
  const output = await readFile(place.log, "utf8").catch(() => "");
  throw new PlanefaultError("engine", `waited for the container engine to answer: ${why}${output === "" ? "" : `\n${tail(output)}`}`, {
    hint: `its output is in ${place.log}`,
  });
}
