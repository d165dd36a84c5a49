// A made-up machine on disk: containers with processes, cgroups and addresses. It knows by itself which process and which container is which, whatever pids and names they have, and notes every shot.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Hierarchy = "blkio" | "cpu" | "memory";

/** Plain files keep what the kernel would drop, so every limit has been there before. */
export const limitFiles = { blkio: "blkio.throttle.write_iops_device", cpu: "cpu.cfs_quota_us", memory: "memory.high" } as const;
export const limitsBefore = { blkio: "8:0 700", cpu: "90000", memory: "max" } as const;

export interface Container {
  readonly name: string;
  readonly id: string;
  netns: string;
  readonly addresses: Map<string, string>;
  running: boolean;
  /** As `docker restart` makes another one of it. */
  life: number;
}

export interface Process {
  readonly container: Container;
  readonly pid: number;
  readonly hostPid: number;
  readonly startTicks: number;
  readonly parent: number;
  /** In a namespace within the container's. */
  readonly innermost?: number;
  command: string;
  words: readonly string[];
  state: "S" | "T";
  /** Of whoever traces it. */
  tracer: Process | undefined;
  ended: boolean;
}

export type Shot =
  | { readonly by: "agent" | "keeper"; readonly kind: "signal"; readonly signal: string; readonly hit: Process | "many" }
  | { readonly by: "agent"; readonly kind: "trace"; readonly hit: Process | undefined }
  | { readonly by: "agent"; readonly kind: "rule"; readonly netns: string; readonly destination: string; readonly source: string }
  | { readonly by: "agent"; readonly kind: "link"; readonly of: Container; readonly index: number };

/** No process of the real machine can have such a pid. */
let lastHostPid = 5_000_000;

export class Machine {
  readonly root: string;
  /** What a case does not need is not there: a hundred thousand machines are many files. */
  readonly hierarchies: readonly Hierarchy[];
  /** Whether anybody asks who traces a process. */
  readonly #traces: boolean;
  readonly containers: Container[] = [];
  readonly processes: Process[] = [];
  readonly shots: Shot[] = [];
  /** What the machine itself wrote last. */
  readonly own = new Map<string, string>();
  /** What a supervisor brings back. */
  readonly supervised = new Set<Process>();
  #ticks = 100_000;
  #netns = 4_026_532_000;

  constructor(root: string, hierarchies: readonly Hierarchy[], traces: boolean) {
    this.root = root;
    this.#traces = traces;
    this.hierarchies = hierarchies;
    mkdirSync(this.cgroups(), { recursive: true });
    for (const pid of ["1", "self"]) this.#linkNamespace(pid, this.hostNetns);
  }

  readonly hostNetns = "4026531840";

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  inside = (name: string): string => join(this.root, "in", name);
  get outside(): string {
    return join(this.root, "host");
  }
  cgroups = (): string => join(this.root, "cgroup");
  group = (hierarchy: Hierarchy, { id }: Container, leaf = ""): string => join(this.cgroups(), hierarchy, "docker", id, leaf);

  container(name: string, id: string, address: string): Container {
    const made: Container = { name, id, netns: "", addresses: new Map([["data", address]]), running: true, life: 0 };
    this.containers.push(made);
    this.boot(made);
    return made;
  }

  /** Namespaces, cgroups and interface of a container that starts. */
  boot(container: Container): void {
    this.#netns += 1;
    container.netns = String(this.#netns);
    this.setLink(container, this.#netns % 1_000);
    for (const hierarchy of this.hierarchies) this.makeGroup(hierarchy, container);
  }

  interfaces = ({ name }: Container): string => join(this.root, "net", name);

  /** Its interface on the network "data", which is another one when it has another index. */
  setLink(container: Container, index: number): void {
    const folder = join(this.interfaces(container), "eth0");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "ifindex"), `${index}\n`);
    writeFileSync(join(folder, "address"), "02:00:00:00:00:01\n");
  }

  linkOf = (container: Container): number => Number(readFileSync(join(this.interfaces(container), "eth0/ifindex"), "utf8"));

  makeGroup(hierarchy: Hierarchy, container: Container, leaf = ""): void {
    const folder = this.group(hierarchy, container, leaf);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cgroup.procs"), "");
    writeFileSync(join(folder, limitFiles[hierarchy]), `${limitsBefore[hierarchy]}\n`);
    if (hierarchy === "cpu") writeFileSync(join(folder, "cpu.cfs_period_us"), "100000\n");
    if (hierarchy !== "memory") return;
    writeFileSync(join(folder, "memory.current"), "60000000\n");
    writeFileSync(join(folder, "memory.stat"), "inactive_file 10000000\nactive_file 10000000\n");
    writeFileSync(join(folder, "memory.events"), "high 0\noom_kill 0\n");
  }

  start(
    container: Container,
    pid: number,
    command: string,
    more: { readonly parent?: number; readonly hostPid?: number; readonly startTicks?: number; readonly innermost?: number } = {},
  ): Process {
    lastHostPid += 1;
    this.#ticks += 100;
    const process: Process = {
      container,
      pid,
      hostPid: lastHostPid,
      startTicks: this.#ticks,
      parent: 1,
      command,
      words: [`/usr/bin/${command}`],
      state: "S",
      tracer: undefined,
      ended: false,
      ...more,
    };
    this.processes.push(process);
    this.write(process);
    if (pid === 1) this.#linkNamespace(String(process.hostPid), container.netns);
    return process;
  }

  /** What is read of it in /proc, inside and outside. */
  write(process: Process): void {
    const { pid, hostPid, command, words, state, parent, startTicks, innermost, tracer, container } = process;
    const stat = (shown: number): string =>
      `${shown} (${command}) ${state} ${parent} ${Array.from({ length: 17 }, () => "0").join(" ")} ${startTicks} 0\n`;
    const cmdline = words.map((word) => `${word}\0`).join("");
    const pids = [hostPid, pid, innermost].filter((one) => one !== undefined).join("\t");
    const status = (tracerPid = 0): string => `Name:\t${command}\nNSpid:\t${pids}\nTracerPid:\t${tracerPid}\n`;
    const [inside, outside] = [join(this.inside(container.name), String(pid)), join(this.outside, String(hostPid))];
    const [thread, hostThread] = [join(inside, "task", String(pid)), join(outside, "task", String(hostPid))];
    for (const folder of this.#traces ? [thread, hostThread] : [inside, outside]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(inside, "stat"), stat(pid));
    writeFileSync(join(inside, "cmdline"), cmdline);
    if (this.#traces) writeFileSync(join(thread, "status"), status(tracer?.pid));
    if (this.#traces) writeFileSync(join(hostThread, "status"), status(tracer?.hostPid));
    writeFileSync(join(outside, "stat"), stat(hostPid));
    writeFileSync(join(outside, "status"), status(tracer?.hostPid));
    if (command === "strace") writeFileSync(join(outside, "cmdline"), cmdline);
    if (pid === 1) writeFileSync(join(outside, "cgroup"), `5:blkio:/docker/${container.id}\n`);
  }

  end(process: Process): void {
    process.ended = true;
    this.processes.splice(this.processes.indexOf(process), 1);
    rmSync(join(this.inside(process.container.name), String(process.pid)), { recursive: true, force: true });
    rmSync(join(this.outside, String(process.hostPid)), { recursive: true, force: true });
    for (const traced of this.processes.filter(({ tracer }) => tracer === process)) this.trace(traced, undefined);
  }

  trace(process: Process, tracer: Process | undefined): void {
    process.tracer = tracer;
    this.write(process);
  }

  within(container: Container, pid: number): Process | undefined {
    return this.processes.find((one) => one.container === container && one.pid === pid);
  }

  onHost(hostPid: number): Process | undefined {
    return this.processes.find((one) => one.hostPid === hostPid);
  }

  holderOf(address: string): Container | undefined {
    return this.containers.find(({ addresses }) => [...addresses.values()].includes(address));
  }

  /** What the kernel and the machine's own supervisors do to a cgroup, which is nobody's shot. */
  put(path: string, text: string): void {
    writeFileSync(path, text);
    this.own.set(path, text);
  }

  has(folder: string): boolean {
    return existsSync(join(folder, "cgroup.procs"));
  }

  members(folder: string): readonly string[] {
    return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  }

  #linkNamespace(pid: string, netns: string): void {
    mkdirSync(join(this.outside, pid, "ns"), { recursive: true });
    rmSync(join(this.outside, pid, "ns/net"), { force: true });
    symlinkSync(`net:[${netns}]`, join(this.outside, pid, "ns/net"));
  }

  /** Of a container that stands in another one from now on. */
  moveNamespace(container: Container, netns: string): void {
    container.netns = netns;
    const first = this.within(container, 1);
    if (first) this.#linkNamespace(String(first.hostPid), netns);
  }
}
