import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Copy, madeOf } from "../../src/setup/made-of.ts";

describe("madeOf", () => {
  let folder = "";
  let copy: Copy;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-made-"));
    copy = { root: folder, code: join(folder, "code") };
    for (const name of ["agent", "judge"]) {
      await mkdir(join(copy.code, name), { recursive: true });
      await writeFile(join(copy.code, name, "x.ts"), "export const x = 1;\n");
    }
    await writeFile(join(folder, "package.json"), '{ "version": "1.0.0" }');
    await cp(join(import.meta.dirname, "fixture-target"), join(folder, "target"), { recursive: true });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const made = (...builds: readonly string[]): Promise<string> => madeOf(join(folder, "target"), builds, copy);

  it("is the same for the same", async () => expect(await made("hello")).to.equal(await made("hello")));

  for (const [what, file] of [
    ["an image", "target/hello/hello.txt"],
    ["the agent", "code/agent/x.ts"],
    ["the judge", "code/judge/x.ts"],
    ["the version", "package.json"],
  ] as const)
    it(`differs with ${what}`, async () => {
      const before = await made("hello");
      await writeFile(join(folder, file), '"something else"\n');
      expect(await made("hello")).not.to.equal(before);
    });

  it("differs with the components", async () => expect(await made("hello")).not.to.equal(await made("hello", "broken")));
});
