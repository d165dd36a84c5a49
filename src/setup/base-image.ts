// The one image that comes from outside: Debian 13, from an image registry where one answers, else made on this machine by debootstrap.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { type Engine, hasImage, orLate, tagOnce } from "./engine-client.ts";
import type { Permission } from "./places.ts";
import type { Step, Steps } from "./steps.ts";
import { installPackages } from "./system-packages.ts";
import { runTool } from "./tool.ts";

const debianImage = "planefault/debian:latest";
const official = { repo: "debian", tag: "trixie-slim" };
const pullMs = 8_000;
const silentPullMs = 120_000;
const debootstrapMs = 900_000;
const importMs = 600_000;
const removeMs = 30_000;

/** Of a machine that runs, or to be fetched again. */
const leftOut = ["./proc/*", "./sys/*", "./dev/*", "./var/cache/apt/archives/*.deb", "./var/lib/apt/lists/*_*"];

export interface DebianOptions {
  readonly cache: string;
  readonly permission: Permission;
}

export async function ensureDebian(engine: Engine, steps: Steps, options: DebianOptions): Promise<void> {
  if (await hasImage(engine, debianImage)) return;
  const pulled = await steps.step(
    `pulling the official image ${official.repo}:${official.tag} (given up when no registry answers within ${pullMs / 1_000} s)`,
    async (step) => {
      try {
        await pull(engine, step);
        return true;
      } catch (error) {
        step.signal.throwIfAborted();
        steps.say(`    no: ${messageOf(error)}`);
        return false;
      }
    },
  );
  if (pulled) return tagOnce(engine, `${official.repo}:${official.tag}`, debianImage);
  await makeDebian(engine, steps, options);
}

/** The deadline is for the registry's first answer; once layers arrive, only silence ends the pull. */
async function pull(engine: Engine, { note, signal }: Step): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const late = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      reject(new Error(`no registry answered within ${ms / 1_000} s`));
      giveUp.abort();
    }, ms);
  let timer = late(pullMs);
  const start = async (): Promise<void> => {
    const stream = await engine.pull(`${official.repo}:${official.tag}`, { abortSignal: AbortSignal.any([giveUp.signal, signal]) });
    engine.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      (progress: { readonly status?: string; readonly progressDetail?: object }) => {
        note(progress.status ?? "");
        if (progress.progressDetail === undefined) return;
        clearTimeout(timer);
        timer = late(silentPullMs);
      },
    );
  };
  start().catch(reject);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

async function makeDebian(engine: Engine, steps: Steps, { cache, permission }: DebianOptions): Promise<void> {
  const wanted = ["debootstrap", "debian-archive-keyring"];
  if (!existsSync("/usr/sbin/debootstrap"))
    await installPackages(wanted, "to make the base image, since no image registry answers", steps, permission, cache);
  if (process.getuid?.() !== 0)
    throw new PlanefaultError("environment", "no image registry answers, and debootstrap needs root to make the base image here", {
      hint: `as root: debootstrap --variant=minbase trixie rootfs && tar -C rootfs -c . | docker import - ${debianImage}`,
    });
  await mkdir(cache, { recursive: true });
  const rootfs = await mkdtemp(join(cache, "rootfs-"));
  try {
    await steps.step("making Debian 13 with `debootstrap --variant=minbase trixie` (about half a minute)", (step) =>
      runTool(["debootstrap", "--variant=minbase", "trixie", rootfs], {
        timeoutMs: debootstrapMs,
        log: join(cache, "log", "debootstrap.log"),
        note: step.note,
        signal: step.signal,
      }),
    );
    await steps.step(`importing it as ${debianImage}`, (step) => importFolder(engine, rootfs, debianImage, step));
  } finally {
    await removeRootfs(rootfs);
  }
}

/** Gets its name only when tar has ended well: the engine takes a cut-off archive for a whole one. */
export async function importFolder(engine: Engine, folder: string, name: string, step: Step): Promise<void> {
  const deadline = AbortSignal.timeout(importMs);
  const signal = AbortSignal.any([deadline, step.signal]);
  const tar = spawn("tar", ["-C", folder, ...leftOut.map((path) => `--exclude=${path}`), "-c", "."], { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  tar.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
  const ended = new Promise<number | null>((resolve, reject) => tar.on("error", reject).on("close", resolve));
  // Heard below, where the import did not fail before.
  ended.catch(() => {});
  const half = { repo: name.slice(0, name.indexOf(":")), tag: `half-${process.pid}` };
  try {
    const stream = await engine.importImage(tar.stdout, { ...half, abortSignal: signal });
    const imported = new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const [code] = await Promise.all([ended, imported]);
    if (code !== 0) throw new PlanefaultError("environment", `importing ${name}: tar ended with ${code} ${complaint.slice(-2_000)}`);
    await tagOnce(engine, `${half.repo}:${half.tag}`, name);
  } catch (error) {
    throw orLate(error, deadline, `import ${name}`);
  } finally {
    tar.kill();
    // A name that is left over costs room only; it must not hide why the import failed.
    await engine
      .getImage(`${half.repo}:${half.tag}`)
      .remove({ abortSignal: AbortSignal.timeout(removeMs) })
      .catch(() => {});
  }
}

/** A debootstrap that was killed leaves /proc mounted inside: removing the folder before it is unmounted would reach into the host. */
async function removeRootfs(rootfs: string): Promise<void> {
  const mounts = async (): Promise<readonly string[]> =>
    (await readFile("/proc/self/mountinfo", "utf8"))
      .split("\n")
      .flatMap((line) => line.split(" ")[4] ?? [])
      .filter((path) => path.startsWith(`${rootfs}/`));
  for (const path of (await mounts()).toReversed()) await runTool(["umount", path], { timeoutMs: 10_000 });
  if ((await mounts()).length === 0) await rm(rootfs, { recursive: true, force: true });
}
