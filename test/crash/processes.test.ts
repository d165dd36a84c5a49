// Which processes are found in a component's containers, and which of them are ours: on a planted process table, as version 1 and version 2 of control groups would show it.
import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostProcesses, processesOf } from "./processes.ts";

const box = { containerId: "b0b0", beside: ["a9a9", "5b5b"] };
const own = "8:blkio:/docker/b0b0\n1:cpu:/docker/b0b0\n";
const agents = "8:blkio:/docker/a9a9\n1:cpu:/docker/a9a9\n";

interface Planted {
  readonly cgroup: string;
  readonly argv: readonly string[];
  readonly state?: string;
  /** Of a thread that is not the first. */
  readonly tracer?: number;
}

describe("a look at processes", () => {
  let proc: string;
  beforeEach(() => (proc = mkdtempSync(join(tmpdir(), "planefault-proc-"))));
  afterEach(() => rmSync(proc, { recursive: true }));

  const plant = (pid: number, { cgroup, argv, state = "S (sleeping)", tracer = 0 }: Planted): void => {
    const status = (traced: number): string => `Name:\t${argv[0]}\nState:\t${state}\nTracerPid:\t${traced}\n`;
    const threads = { [pid]: status(0), [pid + 1_000]: status(tracer) };
    for (const [thread, text] of Object.entries(threads)) {
      mkdirSync(join(proc, String(pid), "task", thread), { recursive: true });
      writeFileSync(join(proc, String(pid), "task", thread, "status"), text);
    }
    const files = { cgroup, status: status(0), cmdline: argv.map((word) => `${word}\0`).join("") };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(proc, String(pid), name), text);
  };
  /** "name ours", and what holds it. */
  const seen = (): readonly string[] =>
    processesOf(box, hostProcesses(proc), proc).map(({ name, ours, stopped, traced }) =>
      [name, ours, stopped && "stopped", traced && "traced"].filter(Boolean).join(" "),
    );

  it("finds the component's own, and none of another container", () => {
    plant(7, { cgroup: own, argv: ["writer"] });
    plant(8, { cgroup: "0::/system.slice/docker-b0b0.scope\n", argv: ["clerk"], state: "T (stopped)" });
    plant(9, { cgroup: "8:blkio:/docker/f00d\n0::/docker/f00d\n", argv: ["writer"] });
    expect(seen()).to.deep.equal(["writer", "clerk stopped"]);
  });
  it("finds a busy worker of ours, though only its control group for processors is the component's", () => {
    const cgroup = "8:blkio:/docker/gone\n1:cpu:/docker/b0b0/planefault-clerk\n";
    plant(7, { cgroup, argv: ["sha256sum", "/dev/zero", "planefault-busy"] });
    expect(seen()).to.deep.equal(["sha256sum busy"]);
  });
  it("tells it from the component's own of the same name", () => {
    plant(7, { cgroup: own, argv: ["sha256sum", "/dev/zero"] });
    expect(seen()).to.deep.equal(["sha256sum"]);
  });
  it("finds canaries, agents, standbys and their tools", () => {
    plant(6, { cgroup: agents, argv: ["strace", "-p", "7"] });
    plant(7, { cgroup: own, argv: ["node", "work-child.js", "planefault-canary"] });
    plant(8, { cgroup: agents, argv: ["node", "/planefault/agent/main.js"] });
    plant(9, { cgroup: "0::/docker/5b5b\n", argv: ["node", "/planefault/agent/main.js"] });
    expect(seen()).to.deep.equal(["strace agent", "node canary", "node agent", "node agent"]);
  });
  it("finds a tracer of any thread", () => {
    plant(7, { cgroup: own, argv: ["writer"], tracer: 6 });
    expect(seen()).to.deep.equal(["writer traced"]);
  });
  it("leaves out what has ended and waits for its parent", () => {
    plant(7, { cgroup: agents, argv: ["strace"], state: "Z (zombie)" });
    expect(seen()).to.deep.equal([]);
  });
});
