// In the guest alone, whose disks are its own: io.max on every kind of disk that a volume may lie on is taken, read back, felt and gone, by the agent's own code.
import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { diskOf } from "../../src/agent/device.ts";
import { type LimitPlace, completedWrites, iopsWords, readLimit, writeLimit } from "../../src/agent/limit.ts";
import { waitedIn } from "../../src/agent/pressure.ts";

const top = "/sys/fs/cgroup";
const group = join(top, "planefault-devices");
const room = "/var/lib/docker/planefault-devices";
const writes = 15;
const writeIops = 5;

const run = (program: string, ...argv: readonly string[]): string =>
  execFileSync(program, argv, { encoding: "utf8", timeout: 60_000 }).trim();

/** A filesystem of its own on a loop device, or on a device of the device mapper above one. */
function mounted(name: string, over: (loop: string) => string): string {
  const file = join(room, `${name}.img`);
  run("truncate", "-s", "64M", file);
  const device = over(run("losetup", "-f", "--show", file));
  run("mkfs.ext4", "-q", device);
  const folder = join(room, name);
  mkdirSync(folder);
  run("mount", device, folder);
  return folder;
}

const linear = (loop: string): string => {
  run("dmsetup", "create", "planefault0", "--table", `0 ${run("blockdev", "--getsz", loop)} linear ${loop} 0`);
  return "/dev/mapper/planefault0";
};

/** Milliseconds that some synced writes of a process in the group took. */
function write(folder: string): number {
  const script = `echo $$ >${group}/cgroup.procs && exec dd if=/dev/zero of=${folder}/x bs=4k count=${writes} oflag=dsync conv=notrunc status=none`;
  const from = performance.now();
  const { status, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8", timeout: 60_000 });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - from;
}

describe("io.max in the guest", function () {
  this.timeout(120_000);
  const kinds: Readonly<Record<string, () => string>> = {
    "a partition": () => room,
    "a loop device": () => mounted("loop", (loop) => loop),
    "the device mapper": () => mounted("mapped", linear),
  };
  before(() => {
    if (hostname() !== "kernel-lab") throw new Error("these tests change disks and groups of the machine: they are the guest's");
    writeFileSync(join(top, "cgroup.subtree_control"), "+io +memory");
    mkdirSync(group);
    mkdirSync(room);
  });
  after(() => {
    for (const name of ["loop", "mapped"]) spawnSync("umount", [join(room, name)]);
    spawnSync("dmsetup", ["remove", "planefault0"]);
    spawnSync("losetup", ["-D"]);
    rmSync(room, { recursive: true, force: true });
    rmdirSync(group);
  });

  for (const [kind, folderOf] of Object.entries(kinds))
    it(`limits writes to ${kind}, and lets them go again`, () => {
      const folder = folderOf();
      const place: LimitPlace = { version: 2, folder: group, device: diskOf(folder) };
      expect(place.device).to.match(/^\d+:\d+$/u);
      expect(readLimit(place)).to.equal("");
      write(folder);
      const freeMs = write(folder);
      writeLimit(place, iopsWords(2, writeIops));
      expect(readLimit(place).split(" ")).to.include(`wiops=${writeIops}`);
      const [waited, counted] = [waitedIn(group, "io").waitedMs ?? Number.NaN, completedWrites(place) ?? Number.NaN];
      const limitedMs = write(folder);
      expect((waitedIn(group, "io").waitedMs ?? Number.NaN) - waited).to.be.above(limitedMs / 4);
      expect((completedWrites(place) ?? Number.NaN) - counted).to.be.at.least(writes);
      writeLimit(place, "");
      expect(readLimit(place)).to.equal("");
      const againMs = write(folder);
      console.log(
        `      ${kind} (${place.device}): ${freeMs.toFixed(0)} ms free, ${limitedMs.toFixed(0)} ms at ${writeIops} a second, ${againMs.toFixed(0)} ms again`,
      );
      // The first of them may go through at once.
      expect(limitedMs).to.be.above(((writes - writeIops) / writeIops) * 1_000);
      expect(againMs).to.be.below(limitedMs / 2);
    });
});
