// System packages: the exact command is printed before it runs, and where it must not run it is what the error says.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PlanefaultError } from "../model/error.ts";
import type { Permission } from "./places.ts";
import type { Steps } from "./steps.ts";
import { runTool, runToItsEnd } from "./tool.ts";

const aptMs = 900_000;
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, DEBIAN_FRONTEND: "noninteractive" });

export const installCommand = (packages: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;

/** Why packages cannot be installed by us, or undefined where they can. */
export function refusal(permission: Permission, machine: { readonly hasApt: boolean; readonly isRoot: boolean }): string | undefined {
  if (!permission.allowed) return permission.why;
  if (!machine.hasApt) return "this is no Debian or Ubuntu (no apt-get)";
  if (!machine.isRoot) return "that needs root";
  return undefined;
}

export async function installPackages(
  packages: readonly string[],
  why: string,
  steps: Steps,
  permission: Permission,
  cache: string,
): Promise<void> {
  const command = installCommand(packages);
  const no = refusal(permission, { hasApt: existsSync("/usr/bin/apt-get"), isRoot: process.getuid?.() === 0 });
  if (no !== undefined)
    throw new PlanefaultError("environment", `${packages.join(" and ")} must be installed ${why}, but ${no}`, { hint: `run: ${command}` });
  const log = join(cache, "log", "apt.log");
  await steps.step(`${why}, running: ${command}`, async (step) => {
    const options = { timeoutMs: aptMs, log, note: step.note, environment: environment() };
    const { signal } = step;
    const apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300"] as const;
    const install = [...apt, "install", "-qy", "--no-install-recommends"] as const;
    await runTool([...apt, "update", "-q"], { ...options, signal });
    await runTool([...install, "--download-only", ...packages], { ...options, signal });
    signal.throwIfAborted();
    // Takes no long time now, and is not broken off: a package that is half unpacked stands in the way of every other one.
    const busy = steps.say.bind(steps, `${command}: installing what was loaded, which is not broken off`);
    signal.addEventListener("abort", busy);
    await runToItsEnd([...install, ...packages], options).finally(() => signal.removeEventListener("abort", busy));
  });
}
