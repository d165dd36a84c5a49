// The program of the canary writer. It opens its file only when first asked: by then it has been moved into the cgroup that it witnesses.
// The file loses its name at once, so that the kernel frees it however we end, and nobody else ever finds it in a volume.
import { fdatasyncSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";

const block = Buffer.alloc(4_096, "planefault ");
const path = process.argv[2];
let file: number | undefined;

process.on("message", () => {
  if (path === undefined) return process.exit(2);
  const begin = process.hrtime.bigint();
  if (file === undefined) {
    file = openSync(path, "w");
    unlinkSync(path);
    writeSync(file, block, 0, block.length, 0);
    fsyncSync(file);
  } else {
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
  }
  process.send?.(Number(process.hrtime.bigint() - begin) / 1e6);
});
process.on("disconnect", () => process.exit(0));
