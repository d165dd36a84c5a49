// The program of the canary writer. It opens its file only when first asked: by then it has been moved into the cgroup that it witnesses.
import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from "node:fs";

const block = Buffer.alloc(4_096, "planefault ");
const path = process.argv[2];
let file: number | undefined;

process.on("message", () => {
  if (path === undefined) return process.exit(2);
  const begin = process.hrtime.bigint();
  if (file === undefined) {
    file = openSync(path, "w");
    writeSync(file, block, 0, block.length, 0);
    fsyncSync(file);
  } else {
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
  }
  process.send?.(Number(process.hrtime.bigint() - begin) / 1e6);
});
process.on("disconnect", () => {
  if (file !== undefined) closeSync(file);
  process.exit(0);
});
