import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { folderParts, hashParts } from "../../src/setup/content-hash.ts";

describe("hashParts", () => {
  it("tells lists apart that read alike when joined", () => {
    expect(hashParts([["a", "bc"]])).not.to.equal(hashParts([["ab", "c"]]));
    expect(
      hashParts([
        ["a", "b"],
        ["c", "d"],
      ]),
    ).not.to.equal(hashParts([["a", "b1:c1:d"]]));
  });
});

describe("folderParts", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-hash-"));
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "file"), "one");
    symlinkSync("file", join(folder, "sub", "link"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const hash = async (): Promise<string> => hashParts(await folderParts(folder));

  it("does not see time stamps", async () => {
    const before = await hash();
    utimesSync(join(folder, "sub", "file"), 1, 1);
    expect(await hash()).to.equal(before);
  });

  for (const [what, change] of [
    ["content", () => writeFileSync(join(folder, "sub", "file"), "two")],
    ["the executable bit", () => chmodSync(join(folder, "sub", "file"), 0o755)],
    ["a new file", () => writeFileSync(join(folder, "new"), "")],
    [
      "where a link points",
      () => {
        rmSync(join(folder, "sub", "link"));
        symlinkSync("other", join(folder, "sub", "link"));
      },
    ],
  ] as const) {
    it(`sees ${what}`, async () => {
      const before = await hash();
      change();
      expect(await hash()).not.to.equal(before);
    });
  }
});
