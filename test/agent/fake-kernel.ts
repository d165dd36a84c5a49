// A tree of version 2 groups that keeps the kernel's rules: who is where, what is handed down, and that nothing is handed down over the head of a group's own processes.
import { basename, dirname } from "node:path";
import type { CgroupFiles } from "../../src/agent/hand-down.ts";

const coded = (code: string): Error => Object.assign(new Error(`${code}: the kernel refuses`), { code });

interface Group {
  readonly pids: Set<number>;
  readonly handedDown: Set<string>;
}

export class FakeKernel implements CgroupFiles {
  readonly #groups = new Map<string, Group>();
  readonly #top: string;
  readonly #controllers: readonly string[];
  /** What was written, in order: "planefault-clerk/cgroup.procs 7". */
  readonly writes: string[] = [];
  /** Called before each write. */
  onWrite: (path: string) => void = () => undefined;

  constructor(top: string, controllers: readonly string[], pids: readonly number[]) {
    this.#top = top;
    this.#controllers = controllers;
    this.#groups.set(top, { pids: new Set(pids), handedDown: new Set() });
  }

  /** A process that is started in a group. */
  start(pid: number, group = this.#top): void {
    this.#need(group).pids.add(pid);
  }

  end(pid: number): void {
    for (const { pids } of this.#groups.values()) pids.delete(pid);
  }

  pidsIn(group: string): readonly number[] {
    return [...this.#need(group).pids];
  }

  has(path: string): boolean {
    return this.#groups.has(dirname(path));
  }

  read(path: string): string {
    const group = this.#need(dirname(path));
    switch (basename(path)) {
      case "cgroup.procs":
        return [...group.pids].map((pid) => `${pid}\n`).join("");
      case "cgroup.controllers":
        return `${this.#controllers.join(" ")}\n`;
      case "cgroup.subtree_control":
        return `${[...group.handedDown].join(" ")}\n`;
      default:
        throw coded("ENOENT");
    }
  }

  write(path: string, text: string): void {
    this.onWrite(path);
    const group = this.#need(dirname(path));
    this.writes.push(`${path.slice(this.#top.length + 1)} ${text.trim()}`);
    if (basename(path) === "cgroup.procs") this.#move(Number(text), group);
    else if (basename(path) === "cgroup.subtree_control") this.#handDown(text, group);
    else throw coded("ENOENT");
  }

  makeFolder(path: string): void {
    if (!this.#groups.has(path)) this.#groups.set(path, { pids: new Set(), handedDown: new Set() });
  }

  #move(pid: number, to: Group): void {
    const from = [...this.#groups.values()].find(({ pids }) => pids.has(pid));
    if (!from) throw coded("ESRCH");
    if (to.handedDown.size > 0) throw coded("EBUSY");
    from.pids.delete(pid);
    to.pids.add(pid);
  }

  #handDown(text: string, group: Group): void {
    if (group.pids.size > 0) throw coded("EBUSY");
    for (const word of text.trim().split(" ")) {
      if (!this.#controllers.includes(word.slice(1))) throw coded("ENOENT");
      group.handedDown.add(word.slice(1));
    }
  }

  #need(path: string): Group {
    const group = this.#groups.get(path);
    if (!group) throw coded("ENOENT");
    return group;
  }
}
