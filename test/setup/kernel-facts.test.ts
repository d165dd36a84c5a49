import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lastKernelFacts } from "../../src/setup/kernel-facts.ts";
import { goodKernel as facts } from "./good-kernel.ts";

describe("lastKernelFacts", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-facts-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is the newest answer of any kernel", async () => {
    for (const [name, cgroup, at] of [["kernel-a.json", 1, 1_000] as const, ["kernel-b.json", 2, 2_000] as const]) {
      await writeFile(join(folder, name), JSON.stringify({ ...facts, cgroup }));
      await utimes(join(folder, name), at, at);
    }
    expect((await lastKernelFacts(folder))?.cgroup).to.equal(2);
  });

  it("is unknown where none was asked, or what is there cannot be read", async () => {
    expect(await lastKernelFacts(folder)).to.equal(undefined);
    await writeFile(join(folder, "kernel-a.json"), "{");
    expect(await lastKernelFacts(folder)).to.equal(undefined);
  });
});
