// The way to the container engine's API. Everything set-up does to an engine goes through it, so no docker command line is needed.
import type Docker from "dockerode";
import { messageOf, PlanefaultError } from "../model/error.ts";

export type Engine = Docker;

export interface EngineFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cgroupVersion: string;
  readonly cgroupDriver: string;
  readonly system: string;
}

export type Reached =
  | { readonly ok: true; readonly engine: Engine; readonly facts: EngineFacts }
  | { readonly ok: false; readonly why: string };

/** `socket` is for a second engine beside the usual one; without it DOCKER_HOST decides, as everywhere else. */
export async function reachEngine(timeoutMs: number, socket?: string): Promise<Reached> {
  const { default: DockerApi } = await import("dockerode");
  const where = socket === undefined ? {} : { socketPath: socket };
  try {
    // A client of its own, since its timeout counts for every request and builds take long.
    const asked = new DockerApi({ ...where, timeout: timeoutMs });
    await asked.ping();
    const [version, info] = await Promise.all([asked.version(), asked.info()]);
    return { ok: true, engine: new DockerApi(where), facts: factsOf(version, info) };
  } catch (error) {
    return { ok: false, why: messageOf(error) || String(error) };
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function factsOf(version: Docker.DockerVersion, info: Record<string, unknown>): EngineFacts {
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    kernel: text(info["KernelVersion"]),
    architecture: version.Arch === "arm64" ? "arm64" : version.Arch === "amd64" ? "x64" : version.Arch,
    cgroupVersion: text(info["CgroupVersion"]) || "1",
    cgroupDriver: text(info["CgroupDriver"]),
    system: text(info["OperatingSystem"]),
  };
}

/** The engine's client only says "aborted"; which wait has come to its deadline is said here. */
export const orLate = (error: unknown, deadline: AbortSignal, what: string): unknown =>
  deadline.aborted ? new PlanefaultError("deadline", `waited too long for the container engine to ${what}`, { cause: error }) : error;

/** For questions whose answer the engine has at hand; these requests know no deadline of their own. */
const answerMs = 60_000;

async function inTime<T>(what: string, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new PlanefaultError("deadline", `waited ${answerMs / 1_000} s for the container engine to ${what}`);
  const timer = setTimeout(() => reject(late), answerMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Does an image of this name exist? Any other failure is a failure. */
export async function hasImage(engine: Engine, name: string): Promise<boolean> {
  try {
    await inTime(`look for the image ${name}`, engine.getImage(name).inspect());
    return true;
  } catch (error) {
    if (typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 404) return false;
    throw error;
  }
}

export async function tagOnce(engine: Engine, name: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(":");
  await inTime(`name the image ${tag}`, engine.getImage(name).tag({ repo: tag.slice(0, colon), tag: tag.slice(colon + 1) }));
}
