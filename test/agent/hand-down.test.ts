// Version 2: the rest of a component leaves its group, and what limits need is handed down to the leaves.
import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handDown } from "../../src/agent/hand-down.ts";
import { FakeKernel } from "./fake-kernel.ts";

const group = "/cgroup";
const rest = "/cgroup/planefault--rest";
const all = ["cpuset", "cpu", "io", "memory", "pids"];

describe("handing controllers down", () => {
  it("moves whoever is left into a leaf first, then hands down what a disk limit needs", async () => {
    const kernel = new FakeKernel(group, all, [1, 40]);
    await handDown(group, "disk", rest, 1_000, kernel);
    expect(kernel.writes).to.deep.equal([
      "planefault--rest/cgroup.procs 1",
      "planefault--rest/cgroup.procs 40",
      "cgroup.subtree_control +memory +io",
    ]);
    expect([kernel.pidsIn(group), kernel.pidsIn(rest)]).to.deep.equal([[], [1, 40]]);
  });

  it("adds what another limit needs, and writes nothing twice", async () => {
    const kernel = new FakeKernel(group, all, [1]);
    await handDown(group, "disk", rest, 1_000, kernel);
    await handDown(group, "cpu", rest, 1_000, kernel);
    await handDown(group, "cpu", rest, 1_000, kernel);
    expect(kernel.writes.slice(1)).to.deep.equal(["cgroup.subtree_control +memory +io", "cgroup.subtree_control +cpu"]);
  });

  it("takes along who is started meanwhile, and minds nobody who ends", async () => {
    const kernel = new FakeKernel(group, all, [1, 40]);
    let started = false;
    kernel.onWrite = (path) => {
      if (!started && path.endsWith("subtree_control")) {
        started = true;
        kernel.start(41);
      }
      if (path.endsWith("cgroup.procs")) kernel.end(40);
    };
    await handDown(group, "disk", rest, 1_000, kernel);
    expect(kernel.pidsIn(rest)).to.deep.equal([1, 41]);
    expect(kernel.read(`${group}/cgroup.subtree_control`)).to.equal("memory io\n");
  });

  it("hands down what there is, since a limit says by itself what it lacks", async () => {
    const kernel = new FakeKernel(group, ["memory", "pids"], [1]);
    await handDown(group, "disk", rest, 1_000, kernel);
    expect(kernel.read(`${group}/cgroup.subtree_control`)).to.equal("memory\n");
  });

  it("says who does not leave: a process that cannot be seen from here", async () => {
    const kernel = new FakeKernel(group, all, [0, 1]);
    const refused = await handDown(group, "disk", rest, 40, kernel).catch(String);
    expect(refused).to.contain("waited 40 ms to hand memory and io down in /cgroup: 1 processes do not leave it");
  });

  it("passes on what the kernel says else", async () => {
    const kernel = new FakeKernel(group, all, []);
    kernel.onWrite = () => {
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    };
    expect(await handDown(group, "disk", rest, 1_000, kernel).catch(String)).to.contain("EROFS");
  });

  it("leaves version 1 alone, where groups hold processes and groups at once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-hand-down-"));
    try {
      await handDown(folder, "disk", join(folder, "planefault--rest"), 1_000);
      expect(readdirSync(folder)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
