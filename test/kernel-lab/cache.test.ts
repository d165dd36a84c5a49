// What takes long to make is made once, and is whole or not there.
import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached, labCache } from "./cache.ts";

describe("the lab's cache", () => {
  let cache: string;
  beforeEach(() => void (cache = mkdtempSync(join(tmpdir(), "planefault-cache-"))));
  afterEach(() => rmSync(cache, { recursive: true }));
  const make =
    (content: string) =>
    async (folder: string): Promise<void> =>
      writeFile(join(folder, "file"), content);
  const textIn = (folder: string): string => readFileSync(join(folder, "file"), "utf8");

  it("makes each content once", async () => {
    const first = await cached("disk", [["a", "1"]], make("first"), cache);
    expect(textIn(await cached("disk", [["a", "1"]], make("again"), cache))).to.equal("first");
    expect(textIn(await cached("disk", [["a", "2"]], make("other"), cache))).to.equal("other");
    expect(readdirSync(cache)).to.have.length(2);
    expect(first).to.match(/\/disk-[0-9a-f]{16}$/u);
  });

  it("keeps nothing of what failed half way, and tries again", async () => {
    const failing = async (folder: string): Promise<void> => {
      await make("half")(folder);
      throw new Error("no space left");
    };
    expect(await cached("disk", [], failing, cache).catch(String)).to.contain("no space left");
    expect(readdirSync(cache)).to.deep.equal([]);
    expect(textIn(await cached("disk", [], make("whole"), cache))).to.equal("whole");
  });

  it("takes what another clone has made meanwhile", async () => {
    const slow = async (folder: string): Promise<void> => {
      await cached("disk", [], make("quicker"), cache);
      await make("slower")(folder);
    };
    expect(textIn(await cached("disk", [], slow, cache))).to.equal("quicker");
    expect(readdirSync(cache)).to.have.length(1);
  });

  it("lies where the user keeps caches", () => {
    expect(labCache({ XDG_CACHE_HOME: "/var/caches" })).to.equal("/var/caches/planefault/kernel-lab");
    expect(labCache({})).to.match(/\/\.cache\/planefault\/kernel-lab$/u);
  });
});
