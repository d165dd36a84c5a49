import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import Docker from "dockerode";
import { buildImage } from "../../src/setup/build-image.ts";
import { FakeEngine } from "./fake-engine.ts";

describe("buildImage", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-build-"));
    await writeFile(join(folder, "Dockerfile"), "FROM scratch\n");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  for (const how of ["hangs", "talks"] as const)
    it(`gives up a build that only ${how} at its deadline, says so, and names no image`, async () => {
      await using engine = await FakeEngine.open([/^POST \/build/u, how]);
      const failed = await buildImage(new Docker({ socketPath: engine.socket }), {
        context: folder,
        tags: ["planefault/x:1", "planefault/x:latest"],
        log: join(folder, "build.log"),
        note: () => {},
        timeoutMs: 300,
        signal: new AbortController().signal,
      }).catch((error: unknown) => error);
      expect(failed).to.be.an("error").with.property("message", "building planefault/x:1: not finished within 0.3 s");
      await engine.until("left", /^POST \/build/u);
      expect(engine.asked.filter((line) => line.includes("/tag"))).to.deep.equal([]);
    });
});
