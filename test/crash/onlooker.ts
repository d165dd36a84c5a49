// Looks at components from outside, with nothing of planefault's own agents: network namespaces through a container of its own, control groups and processes through the host's files.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { stable } from "../../src/agent/digest.ts";
import { isGone, type ProcessLook, type Look } from "./look.ts";

export interface Box {
  readonly name: string;
  readonly containerId: string;
  readonly pid: number;
}

const limitFiles = [
  "blkio/**/{ID}/**/blkio.throttle.write_iops_device",
  "cpu/**/{ID}/**/cpu.cfs_quota_us",
  "memory/**/{ID}/**/memory.{limit_in_bytes,oom_control}",
  "**/*{ID}*/**/{io.max,cpu.max,memory.high}",
];
const mount = "/sys/fs/cgroup";
const answerDeadlineMs = 20_000;

type NetworkLook = Readonly<Record<"links" | "routes" | "neighbours" | "qdiscs" | "nft", string>>;

export class Onlooker implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (looks: readonly NetworkLook[]) => void>();
  #asked = 0;

  constructor(image: string) {
    const name = `planefault-onlooker-${process.pid}`;
    this.#child = spawn(
      "docker",
      // prettier-ignore
      ["run", "--rm", "--interactive", "--name", name, "--network", "none", "--pid", "host", "--cpu-shares", "8192", "--cap-drop", "ALL", "--cap-add", "SYS_ADMIN", "--cap-add", "SYS_PTRACE", "--cap-add", "NET_ADMIN", "--security-opt", "apparmor=unconfined", "--volume", `${import.meta.dirname}:/onlooker:ro`, image, "/usr/local/bin/node", "/onlooker/onlook.mjs"],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const output = this.#child.stdout;
    if (!output) throw new Error("the onlooker has no output");
    createInterface({ input: output }).on("line", (line) => {
      const { id, looks } = JSON.parse(line) as { readonly id: number; readonly looks: readonly NetworkLook[] };
      this.#waiting.get(id)?.(looks);
      this.#waiting.delete(id);
    });
  }

  async look(boxes: readonly Box[]): Promise<Look> {
    const networks = await this.#networks(boxes.map(({ pid }) => pid));
    return Object.fromEntries(
      boxes.map((box, index) => {
        const { nft = "", ...network } = networks[index] ?? {};
        const state = Object.fromEntries(Object.entries(network).map(([name, text]) => [name, isGone(text) ? text : stable(text)]));
        return [box.name, { network: state, elements: elementsIn(nft), limits: limitsOf(box), processes: processesOf(box) }];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await new Promise((resolve) => this.#child.once("exit", resolve));
  }

  #networks(pids: readonly number[]): Promise<readonly NetworkLook[]> {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the onlooker gave no answer within ${answerDeadlineMs} ms`)), answerDeadlineMs);
      this.#waiting.set(id, (looks) => {
        clearTimeout(timer);
        resolve(looks);
      });
      this.#child.stdin?.write(`${JSON.stringify({ id, pids })}\n`);
    });
  }
}

/** Names of the sets of ours that hold an address: what they name is dropped. */
function elementsIn(nft: string): readonly string[] {
  if (isGone(nft)) return [];
  const { nftables } = JSON.parse(nft) as {
    readonly nftables: readonly { readonly set?: { readonly name: string; readonly elem?: readonly unknown[] } }[];
  };
  return nftables.flatMap(({ set }) => (set && (set.elem?.length ?? 0) > 0 ? [set.name] : []));
}

function limitsOf({ containerId }: Box): Readonly<Record<string, string>> {
  const paths = limitFiles.flatMap((pattern) => globSync(pattern.replace("{ID}", containerId), { cwd: mount }));
  return Object.fromEntries(paths.toSorted().map((path) => [keyOf(path, containerId), readLimit(join(mount, path))]));
}

/** Without the container's own id, so that it can be told to people: "blkio/planefault-writer/blkio.throttle.write_iops_device". */
const keyOf = (path: string, id: string): string => {
  const folder = dirname(path);
  const own = folder.slice(0, folder.indexOf(id) + id.length);
  return join(path.split("/")[0] ?? "", relative(own, folder), basename(path));
};

function readLimit(path: string): string {
  const text = read(path).trim();
  // Its other lines count by themselves.
  return path.endsWith("oom_control") ? (text.split("\n")[0] ?? "") : text;
}

/** By name: what lives in the container's groups, but for the programs of agents, which have groups of their own. */
function processesOf({ containerId }: Box): readonly ProcessLook[] {
  const lists = [`blkio/**/${containerId}/**/cgroup.procs`, `*${containerId}*/**/cgroup.procs`].flatMap((pattern) =>
    globSync(pattern, { cwd: mount }),
  );
  const pids = new Set(lists.flatMap((path) => read(join(mount, path)).split("\n").filter(Boolean)));
  return [...pids].flatMap((pid) => {
    const status = read(`/proc/${pid}/status`);
    const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "mu").exec(status)?.[1] ?? "";
    return status === ""
      ? []
      : [{ name: field("Name"), pid: Number(pid), stopped: "Tt".includes(field("State")), traced: field("TracerPid") !== "0" }];
  });
}

function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
