// Where the engine's host keeps a container's cgroup.
import { expect } from "chai";
import { cgroupOf } from "../../../src/drivers/docker/cgroup.ts";

describe("cgroup of a container", () => {
  it("follows version, driver and parent", () => {
    expect(cgroupOf({ cgroupVersion: 1, cgroupDriver: "cgroupfs" }, "abc", "").disk.folder).to.equal("/sys/fs/cgroup/blkio/docker/abc");
    expect(cgroupOf({ cgroupVersion: 1, cgroupDriver: "cgroupfs" }, "abc", "/own").disk.path).to.equal("blkio/own/abc");
    expect(cgroupOf({ cgroupVersion: 1, cgroupDriver: "cgroupfs" }, "abc", "").memory.path).to.equal("memory/docker/abc");
    expect(cgroupOf({ cgroupVersion: 2, cgroupDriver: "systemd" }, "abc", "").disk.folder).to.equal(
      "/sys/fs/cgroup/system.slice/docker-abc.scope",
    );
  });
});
