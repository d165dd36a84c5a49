// The kernel's account of waiting, as far as there is one.
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitedIn, waitedOf } from "../../src/agent/pressure.ts";

describe("the time that a group waited", () => {
  it("is the total of anybody's waits, in milliseconds, and nothing where the kernel does not say", () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-pressure-"));
    try {
      expect(waitedIn(folder, "io")).to.deep.equal({});
      writeFileSync(
        join(folder, "io.pressure"),
        "some avg10=1.00 avg60=0.20 avg300=0.10 total=2862500\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
      );
      expect(waitedIn(folder, "io")).to.deep.equal({ waitedMs: 2_862.5 });
      expect(waitedIn(folder, "cpu")).to.deep.equal({});
      expect(waitedOf("full avg10=0.00 total=7\n")).to.deep.equal({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
