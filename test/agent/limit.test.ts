import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { iopsWords, limitIn, limitLine, parseCompletedWrites, readLimit, writeLimit } from "../../src/agent/limit.ts";

describe("limit", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "planefault-limit-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("finds the device's own line", () => {
    expect(limitIn("8:0 5\n254:0 20\n", "254:0")).to.equal("20");
    expect(limitIn("1254:0 5\n", "254:0")).to.equal("");
  });

  it("takes a limit away with 0 on version 1 and max on version 2", () => {
    expect(limitLine({ version: 1, folder, device: "254:0" }, "")).to.equal("254:0 0");
    expect(limitLine({ version: 2, folder, device: "254:0" }, "")).to.equal("254:0 rbps=max wbps=max riops=max wiops=max");
  });

  it("writes wiops on version 2 and reads it back", () => {
    writeFileSync(join(folder, "io.max"), "");
    writeLimit({ version: 2, folder, device: "254:0" }, iopsWords(2, 20));
    expect(readFileSync(join(folder, "io.max"), "utf8")).to.equal("254:0 wiops=20\n");
    expect(readLimit({ version: 2, folder, device: "254:0" })).to.equal("wiops=20");
  });

  it("throws where the file holds something else afterwards", () => {
    writeFileSync(join(folder, "blkio.throttle.write_iops_device"), "");
    // A plain file keeps "254:0 0", where the kernel would drop the line.
    expect(() => writeLimit({ version: 1, folder, device: "254:0" }, "")).to.throw('holds "0" for 254:0');
  });

  it("counts completed writes on both versions", () => {
    expect(
      parseCompletedWrites("8:0 Write 9\n254:0 Read 3\n254:0 Write 7\n254:0 Total 10\nTotal 19\n", { version: 1, device: "254:0" }),
    ).to.equal(7);
    expect(parseCompletedWrites("254:0 rbytes=1 wbytes=2 rios=3 wios=44 dbytes=0 dios=0\n", { version: 2, device: "254:0" })).to.equal(44);
    expect(parseCompletedWrites("", { version: 1, device: "254:0" })).to.equal(undefined);
  });
});
