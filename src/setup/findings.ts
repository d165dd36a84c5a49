// Pure: from an inventory to what is there, what is missing, and the command that mends it.
import { engineRemedy } from "./engine-remedy.ts";
import type { Inventory } from "./inventory.ts";
import type { PidFile } from "./pid-file.ts";

/** automatic: the first command that needs it sets it up. missing: planefault cannot, and says who can. */
export type Finding =
  | { readonly name: string; readonly state: "ok"; readonly detail: string }
  | { readonly name: string; readonly state: "automatic" | "missing"; readonly detail: string; readonly mend: string };

const oldestNode = 24;

export function findings(inventory: Inventory): readonly Finding[] {
  return [node(inventory), engine(inventory), ...images(inventory)];
}

function node({ node: version }: Inventory): Finding {
  if (Number(version.split(".")[0]) >= oldestNode) return { name: "Node.js", state: "ok", detail: version };
  return {
    name: "Node.js",
    state: "missing",
    detail: `${version} is too old: planefault needs ${oldestNode} or newer`,
    mend: `npx --package node@${oldestNode} planefault`,
  };
}

function engine({ engine: found, situation, pidFile, program }: Inventory): Finding {
  const name = "container engine";
  if (found.ok) {
    const { version, apiVersion, kernel, cgroupVersion, cgroupDriver, architecture } = found.facts;
    return {
      name,
      state: "ok",
      detail: `Docker ${version}, API ${apiVersion}, cgroup v${cgroupVersion} (${cgroupDriver || "no"} driver), kernel ${kernel}, ${architecture}`,
    };
  }
  const remedy = engineRemedy(situation);
  const installed = situation.dockerd === undefined ? "none is installed" : `${situation.dockerd} is installed${leftover(pidFile)}`;
  const detail = `none answers (${found.why})${situation.elsewhere === undefined ? `; ${installed}` : ""}`;
  if (remedy.ours) return { name, state: "automatic", detail, mend: `${program} doctor --fix   (runs: ${remedy.command})` };
  return { name, state: "missing", detail: `${detail}; ${remedy.why}`, mend: remedy.command };
}

function leftover(pidFile: PidFile): string {
  if (pidFile.state === "stale") return `, with a stale pid file (${pidFile.why})`;
  return pidFile.state === "running" ? `, and process ${pidFile.pid} is a dockerd that does not answer` : "";
}

function images({ images: known, program }: Inventory): readonly Finding[] {
  return Object.entries(known).map(([image, present]): Finding => {
    const name = image.slice(0, image.indexOf(":"));
    return present
      ? { name, state: "ok", detail: image }
      : { name, state: "automatic", detail: `${image} is not built yet`, mend: `${program} doctor --fix` };
  });
}
