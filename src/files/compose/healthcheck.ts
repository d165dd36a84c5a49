// The health check of a Compose service. Compose watches with it all the service's life, planefault asks only until the target has started.
import type { Healthcheck } from "../../model/stack.ts";
import type { DataPath } from "../positions.ts";
import type { ComposeService } from "./schema.ts";
import type { ProjectContext } from "./service.ts";

/** Asking at least so often shortens the start of a target; Compose's interval is for watching a service all its life. */
const longestIntervalMs = 1_000;

/** Compose's `CMD-SHELL` is the one place where a shell is called: the container's own, with the words of its own image or project. */
export function healthcheckOf(
  spec: ComposeService["healthcheck"],
  path: DataPath,
  refuse: ProjectContext["refuse"],
): Healthcheck | undefined {
  const test = typeof spec?.test === "string" ? ["CMD-SHELL", spec.test] : spec?.test;
  if (spec === undefined || spec.disable || test === undefined || test[0] === "NONE") return undefined;
  const [how, ...rest] = test;
  if ((how !== "CMD" && how !== "CMD-SHELL") || rest.length === 0) {
    refuse(path, "invalid-value", "a health check begins with CMD or CMD-SHELL, and a command");
    return undefined;
  }
  const intervalMs = Math.max(100, Math.min(spec.start_interval ?? spec.interval, longestIntervalMs));
  return {
    test: how === "CMD" ? ["CMD", ...rest] : ["CMD", "/bin/sh", "-c", rest.join(" ")],
    intervalMs,
    timeoutMs: spec.timeout,
    retries: Math.ceil((spec.start_period + spec.interval * spec.retries) / intervalMs),
  };
}
