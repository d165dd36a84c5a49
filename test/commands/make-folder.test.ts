import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeFolder } from "../../src/commands/make-folder.ts";

describe("makeFolder", () => {
  const folder = mkdtempSync(join(tmpdir(), "planefault-folder-"));
  after(() => rmSync(folder, { recursive: true }));

  it("makes all that is missing, and is content with what is there", () => {
    for (let time = 0; time < 2; time++) makeFolder(join(folder, "a", "b"));
    expect(statSync(join(folder, "a", "b")).isDirectory()).to.equal(true);
  });

  it("says what stands in the way", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file"))).to.throw(/EEXIST/u);
    expect(() => makeFolder(join(folder, "file", "below"))).to.throw(/ENOTDIR|EEXIST/u);
  });

  it("ends where nothing can be made", () => expect(() => makeFolder("/proc/planefault/x")).to.throw(/ENOENT/u));
});
