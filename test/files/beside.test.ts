// What a Compose file may read of its folder, and that nothing else can be read through it.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { besideFolder } from "../../src/files/beside.ts";

describe("files beside a target", () => {
  let outside = "";
  let folder = "";
  before(() => {
    outside = mkdtempSync(join(tmpdir(), "planefault-beside-"));
    folder = join(outside, "target");
    mkdirSync(join(folder, "conf"), { recursive: true });
    writeFileSync(join(folder, "conf", "a.conf"), "one\n");
    writeFileSync(join(folder, ".env"), "# said\nA=1\nB='two words'\n");
    writeFileSync(join(outside, "secret"), "s\n");
    symlinkSync("../secret", join(folder, "link"));
  });
  after(() => rmSync(outside, { recursive: true }));

  it("are read as text and as variables", () => {
    expect(besideFolder(folder).text("conf/a.conf")).to.equal("one\n");
    expect(besideFolder(folder).variables(".env")).to.deep.equal({ A: "1", B: "two words" });
  });

  it("are not there where there is nothing, or only a folder", () => {
    expect([besideFolder(folder).text("none"), besideFolder(folder).text("conf"), besideFolder(folder).look("none")]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("never lie outside, not even through a link", () => {
    for (const path of ["link", "../secret"])
      expect([besideFolder(folder).text(path), besideFolder(folder).look(path)], path).to.deep.equal([undefined, undefined]);
  });

  it("have another hash with another content", () => {
    const before = besideFolder(folder).look("conf");
    expect(before?.kind).to.equal("folder");
    writeFileSync(join(folder, "conf", "a.conf"), "two\n");
    const after = besideFolder(folder).look("conf")?.content;
    expect(after).not.to.equal(before?.content);
    chmodSync(join(folder, "conf", "a.conf"), 0o600);
    expect(besideFolder(folder).look("conf")?.content).to.equal(after);
  });
});
