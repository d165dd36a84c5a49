// Where the engine's host keeps a container's cgroup.
import { expect } from "chai";
import { cgroupOf } from "../../../src/drivers/docker/cgroup.ts";

const first = { cgroupVersion: 1, cgroupDriver: "cgroupfs" } as const;
const second = { cgroupVersion: 2, cgroupDriver: "systemd" } as const;

describe("cgroup of a container", () => {
  it("follows version, driver and parent", () => {
    expect(cgroupOf(first, "abc", "").disk.folder).to.equal("/sys/fs/cgroup/blkio/docker/abc");
    expect(cgroupOf(first, "abc", "/own").disk.path).to.equal("blkio/own/abc");
    expect(cgroupOf(first, "abc", "").memory.path).to.equal("memory/docker/abc");
    expect(cgroupOf(second, "abc", "").disk.folder).to.equal("/sys/fs/cgroup/system.slice/docker-abc.scope");
    expect(cgroupOf({ ...second, cgroupDriver: "cgroupfs" }, "abc", "").cpu.path).to.equal("docker/abc");
    expect(cgroupOf(second, "abc", "a-b.slice").cpu.path).to.equal("a.slice/a-b.slice/docker-abc.scope");
  });

  it("is where the container's first process is, whatever version, driver and parent say", () => {
    const lines = "12:blkio:/elsewhere/abc\n4:cpu,cpuacct:/parent/abc/below\n3:memory:/docker/abc\n1:name=systemd:/docker/abc\n";
    const places = cgroupOf(first, "abc", "", lines);
    expect([places.disk.path, places.cpu.path, places.memory.path]).to.deep.equal([
      "blkio/elsewhere/abc",
      "cpu/parent/abc",
      "memory/docker/abc",
    ]);
    const unified = cgroupOf(second, "abc", "", "0::/machine.slice/docker-abc.scope/init.scope\n");
    expect(unified.disk.folder).to.equal("/sys/fs/cgroup/machine.slice/docker-abc.scope");
    expect(unified.memory).to.deep.equal(unified.disk);
  });

  it("is the engine's custom where that line is another container's, of another machine, or leads out of our own namespace", () => {
    for (const line of ["0::/system.slice/docker-other.scope", "0::/../../docker-abc.scope", "0::/", "", "no line"])
      expect(cgroupOf(second, "abc", "", `${line}\n`).disk.path, line).to.equal("system.slice/docker-abc.scope");
  });
});
