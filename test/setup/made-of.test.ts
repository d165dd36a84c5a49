import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { hidden } from "../../src/model/hidden.ts";
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

  it("differs with what builds a base that is named in a Dockerfile, and with the arguments of a build", async () => {
    await writeFile(join(folder, "target", "hello", "Dockerfile"), "FROM other:1\n");
    const build = {
      context: "./hello",
      dockerfile: "Dockerfile",
      target: undefined,
      args: {},
      bases: { "other:1": "./broken", none: "./none" },
    };
    const before = await madeOf(join(folder, "target"), [build], copy);
    expect(await madeOf(join(folder, "target"), [{ ...build, args: hidden({ A: "1" }) }], copy)).not.to.equal(before);
    await writeFile(join(folder, "target", "broken", "Dockerfile"), "FROM planefault/base\n");
    expect(await madeOf(join(folder, "target"), [build], copy)).not.to.equal(before);
  });

  it("names the images that the engine must have", async () =>
    expect(await madeOf(folder, [{ image: "a" }], copy)).not.to.equal(await madeOf(folder, [{ image: "b" }], copy)));

  it("differs with the components", async () => expect(await made("hello")).not.to.equal(await made("hello", "broken")));
});
