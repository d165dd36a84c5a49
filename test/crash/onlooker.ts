// Looks at components from outside, with nothing of planefault's own agents: network namespaces through a container of its own, control groups and processes through the host's files.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { globSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { stable } from "../../src/agent/digest.ts";
import type { BoxLook, Look } from "./look.ts";
import { type Containers, type HostProcess, hostProcesses, processesOf, read } from "./processes.ts";
import { readRuleset } from "./ruleset.ts";

export interface Box extends Containers {
  readonly name: string;
  /** Of its first process. */
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

export type NetworkLook = Readonly<Record<"links" | "routes" | "neighbours" | "qdiscs" | "nft", string>>;

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

  /** At those that are there before and after it: of one that ends meanwhile nobody knows what was seen. */
  async look(boxes: readonly Box[]): Promise<Look> {
    const there = boxes.filter(isThere);
    const networks = await this.#networks(there.map(({ pid }) => pid));
    const host = hostProcesses();
    const looks = there.map((box, index) => ({ box, look: lookOf(box, networks[index], host) }));
    return Object.fromEntries(looks.flatMap(({ box, look }) => (isThere(box) ? [[box.name, look]] : [])));
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

function isThere({ pid, containerId }: Box): boolean {
  return read(`/proc/${pid}/cgroup`).includes(containerId);
}

function lookOf(box: Box, network: NetworkLook | undefined, host: readonly HostProcess[]): BoxLook {
  return { ...networkOf(network), limits: limitsOf(box), processes: processesOf(box, host) };
}

/** What could not be asked stays in words, which are no state from before: so it counts as acting. */
export function networkOf({ nft = unasked, ...texts }: Partial<NetworkLook> = {}): Pick<BoxLook, "network" | "rules"> {
  const rules = isUnknown(nft) ? undefined : readRuleset(nft);
  const network = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, isUnknown(text) ? text : stable(text)]));
  return { network: { ...network, "foreign rules": rules?.foreign ?? nft }, rules };
}

const unasked = "unknown: nobody was asked";
const isUnknown = (text: string): boolean => text === "" || text.startsWith("unknown: ");

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
