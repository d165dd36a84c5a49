// Builds one image from a folder through the engine's API, with the engine's classic builder: no command line, no BuildKit.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { PlanefaultError } from "../model/error.ts";
import { type Hide, hiderOf } from "../model/hide.ts";
import { type Engine, hasImage, tagOnce } from "./engine-client.ts";
import type { Recipe } from "./images.ts";
import { tail } from "./tool.ts";

export interface Build {
  readonly context: string;
  /** By default the Dockerfile's last stage, without arguments. */
  readonly options?: Recipe["options"];
  /** name:tag; the first one names the content. */
  readonly tags: readonly [string, ...string[]];
  readonly log: string;
  readonly note: (line: string) => void;
  readonly timeoutMs: number;
  /** Ends the build; the engine tags an image only when its build was finished. */
  readonly signal: AbortSignal;
}

interface Progress {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

/** Companies whose only way out is a proxy name it in these; they are predefined build arguments, so no Dockerfile mentions them. */
const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

export async function buildImage(engine: Engine, build: Build): Promise<void> {
  mkdirSync(dirname(build.log), { recursive: true });
  writeFileSync(build.log, "");
  const { dockerfile = "Dockerfile", target = "", args = {} } = build.options ?? {};
  const proxy = Object.fromEntries(proxies.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]])));
  const buildargs = { ...proxy, ...args };
  const deadline = AbortSignal.timeout(build.timeoutMs);
  const hide = hiderOf(Object.values(args));
  const failed = (why: string): PlanefaultError =>
    new PlanefaultError("environment", `building ${build.tags[0]}: ${why}`, { hint: `the whole output is in ${build.log}` });
  try {
    const stream = await engine.buildImage(
      { context: build.context, src: await readdir(build.context) },
      { t: build.tags[0], forcerm: true, dockerfile, target, buildargs, abortSignal: AbortSignal.any([deadline, build.signal]) },
    );
    await follow(engine, stream, build, hide, failed);
  } catch (error) {
    throw deadline.aborted ? failed(`not finished within ${build.timeoutMs / 1_000} s`) : error;
  }
  if (!(await hasImage(engine, build.tags[0]))) throw failed("it ended without an image");
  for (const tag of build.tags.slice(1)) await tagOnce(engine, build.tags[0], tag);
}

async function follow(
  engine: Engine,
  stream: NodeJS.ReadableStream,
  build: Build,
  hide: Hide,
  failed: (why: string) => PlanefaultError,
): Promise<void> {
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onProgress = (progress: Progress): void => {
    const line = hide(progress.stream ?? progress.status ?? "");
    output = (output + line).slice(-20_000);
    appendFileSync(build.log, line);
    if (line.trim() !== "") build.note(tail(line, 1));
    if (progress.error !== undefined) reject(failed(`${hide(progress.error)}\n${tail(output)}`));
  };
  engine.modem.followProgress(
    stream,
    (error) => (error ? reject(failed(`${hide(error.message)}\n${tail(output)}`)) : resolve()),
    onProgress,
  );
  await promise;
}
