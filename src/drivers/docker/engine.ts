// The connection to the container engine and what it says about its host. testcontainers is imported lazily (0.4 s), so that commands without an engine stay quick.
import type Dockerode from "dockerode";
import { PlanefaultError, messageOf } from "../../model/error.ts";
import { requestDeadlineMs, withDeadlines } from "./request-deadline.ts";

export interface Engine {
  readonly docker: Dockerode;
  readonly cgroupVersion: 1 | 2;
  readonly cgroupDriver: string;
}

const connectDeadlineMs = 10_000;

export async function connectEngine(deadlineMs = connectDeadlineMs): Promise<Engine> {
  // Our keeper does the reaper's work, and its image may not be pullable. No port is published, so nobody needs the host's address, for which testcontainers would run an image.
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  process.env["TESTCONTAINERS_HOST_OVERRIDE"] ??= "localhost";
  try {
    const [{ getContainerRuntimeClient }, { default: Docker }] = await Promise.all([import("testcontainers"), import("dockerode")]);
    // Set-up asks this engine, and DOCKER_HOST names it. testcontainers looks further when it does not answer: cleanup would then look into another one and find nothing.
    const asked: unknown = await withDeadlines(new Docker(), deadlineMs).info();
    const client = await within(deadlineMs, "testcontainers to reach the engine", getContainerRuntimeClient());
    const docker = withDeadlines(client.container.dockerode, requestDeadlineMs);
    const info: unknown = await docker.info();
    if (textOf(info, "ID") !== textOf(asked, "ID"))
      throw new Error("testcontainers was told of another engine than DOCKER_HOST or the usual socket");
    return {
      docker,
      cgroupVersion: textOf(info, "CgroupVersion") === "2" ? 2 : 1,
      cgroupDriver: textOf(info, "CgroupDriver") ?? "cgroupfs",
    };
  } catch (cause) {
    throw new PlanefaultError("engine", `no container engine answers: ${messageOf(cause)}`, {
      cause,
      hint: "planefault doctor says what is missing",
    });
  }
}

/** No engine at all, in which nothing can run; one that is slow, refuses or may not be asked is another matter. */
export function nobodyListens(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall }: NodeJS.ErrnoException = error;
  return (syscall === "connect" && (code === "ENOENT" || code === "ECONNREFUSED")) || nobodyListens(error.cause);
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
}

/** The status of an engine's refusal: 404 and 409 are expected answers while removing. */
export function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

/** Runs `task`, or fails after `deadlineMs` naming what was waited for. For what takes several requests, or deserves better words than request-deadline.ts has. */
export async function within<Value>(deadlineMs: number, what: string, task: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new PlanefaultError("deadline", `waited ${deadlineMs} ms for ${what}`, {
          hint: "the engine may be overloaded; planefault doctor asks it",
        }),
      ),
    deadlineMs,
  );
  try {
    return await Promise.race([task, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** As `within`, for a look at what runs: an engine that answers with an error (HTTP 500) says nothing of what can be done about it. */
export async function learnt<Value>(deadlineMs: number, what: string, task: Promise<Value>): Promise<Value> {
  try {
    return await within(deadlineMs, what, task);
  } catch (cause) {
    if (statusOf(cause) === undefined) throw cause;
    throw new PlanefaultError("engine", `the engine did not give ${what}: ${messageOf(cause)}`, {
      cause,
      hint: "try again; planefault doctor says how the engine is",
    });
  }
}

/** Asks until `check` gives a value; `describe` says what was waited for and what was seen last. */
export async function poll<Value>(
  deadlineMs: number,
  everyMs: number,
  check: () => Promise<Value | undefined>,
  describe: () => Promise<PlanefaultError>,
): Promise<Value> {
  const endAt = performance.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (performance.now() >= endAt) throw await describe();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
