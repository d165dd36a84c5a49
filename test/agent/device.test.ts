import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deviceIn, wholeDisk } from "../../src/agent/device.ts";

const mounts = [
  "1 0 0:50 / / rw - overlay overlay rw",
  "2 1 254:1 /v /volumes/data rw - ext4 /dev/vda1 rw",
  "3 1 254:2 /w /volumes/with\\040blank rw - ext4 /dev/vda2 rw",
  "4 1 254:3 /x /volumes/data rw - ext4 /dev/vda3 rw",
].join("\n");

describe("device", () => {
  it("is a loop device or one of the device mapper as it is: neither is part of another disk", () => {
    const sys = mkdtempSync(join(tmpdir(), "planefault-sys-"));
    for (const [device, name] of [
      ["7:0", "loop0"],
      ["253:0", "dm-0"],
    ] as const) {
      mkdirSync(join(sys, "devices/virtual/block", name), { recursive: true });
      mkdirSync(join(sys, "dev/block"), { recursive: true });
      writeFileSync(join(sys, "devices/virtual/block", name, "dev"), `${device}\n`);
      symlinkSync(`../../devices/virtual/block/${name}`, join(sys, "dev/block", device));
      expect(wholeDisk(device, sys)).to.equal(device);
    }
    rmSync(sys, { recursive: true });
  });

  it("is that of the longest mount point, the last one where two lie over each other", () => {
    expect(deviceIn(mounts, "/volumes/data")).to.equal("254:3");
    expect(deviceIn(mounts, "/volumes/data/file")).to.equal("254:3");
    expect(deviceIn(mounts, "/volumes/database")).to.equal("0:50");
  });

  it("reads mount points with blanks", () => expect(deviceIn(mounts, "/volumes/with blank")).to.equal("254:2"));

  it("is the whole disk where the mount is a partition", () => {
    const sys = mkdtempSync(join(tmpdir(), "planefault-sys-"));
    mkdirSync(join(sys, "devices/vda/vda1"), { recursive: true });
    mkdirSync(join(sys, "dev/block"), { recursive: true });
    writeFileSync(join(sys, "devices/vda/dev"), "254:0\n");
    writeFileSync(join(sys, "devices/vda/vda1/partition"), "1\n");
    symlinkSync("../../devices/vda", join(sys, "dev/block/254:0"));
    symlinkSync("../../devices/vda/vda1", join(sys, "dev/block/254:1"));
    expect(wholeDisk("254:1", sys)).to.equal("254:0");
    expect(wholeDisk("254:0", sys)).to.equal("254:0");
    rmSync(sys, { recursive: true });
  });
});
