// Pure: what can be done about an engine that does not answer, and by whom. Set-up acts on it and doctor prints it, so both say the same.
import type { Permission } from "./places.ts";
import { installCommand } from "./system-packages.ts";

export interface EngineSituation {
  /** DOCKER_HOST, where it decides. */
  readonly elsewhere: string | undefined;
  readonly dockerd: string | undefined;
  readonly systemd: boolean;
  readonly permission: Permission;
  readonly hasApt: boolean;
  readonly isRoot: boolean;
}

export const enginePackage = "docker.io";

export type Remedy =
  | { readonly ours: true; readonly what: "start" | "install"; readonly command: string }
  | { readonly ours: false; readonly why: string; readonly command: string };

export function engineRemedy(situation: EngineSituation): Remedy {
  const { elsewhere, dockerd, systemd, permission, hasApt, isRoot } = situation;
  if (elsewhere !== undefined)
    return {
      ours: false,
      why: `DOCKER_HOST=${elsewhere} names an engine that is not ours to start`,
      command: "unset DOCKER_HOST, or start that engine",
    };
  const what = dockerd === undefined ? "install" : "start";
  const command = what === "install" ? installCommand([enginePackage]) : systemd ? "systemctl start docker" : "dockerd";
  if (!permission.allowed)
    return { ours: false, why: `planefault would ${what} one, but ${permission.why}`, command: `${command} (as root)` };
  if (what === "install" && !hasApt)
    return {
      ours: false,
      why: "this is no Debian or Ubuntu, so planefault does not know how to install one",
      command: "install Docker Engine 20.10 or newer, and start it",
    };
  if (!isRoot) return { ours: false, why: `planefault would ${what} one, but that needs root`, command: `${command} (as root)` };
  return { ours: true, what, command };
}
