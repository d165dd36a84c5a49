// The import of a folder as an image: whatever goes wrong, the name stands for a whole image or for none.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import Docker from "dockerode";
import { importFolder } from "../../src/setup/base-image.ts";
import { type Answer, FakeEngine } from "./fake-engine.ts";

const there: Answer = { status: 200, body: {} };
const name = "planefault/debian:latest";
const named = /tag=latest/u;

describe("importFolder", () => {
  let folder = "";
  const abort = new AbortController();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-import-"));
    await writeFile(join(folder, "file"), "content");
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });
  const importing = (engine: FakeEngine, from: string): Promise<unknown> =>
    importFolder(new Docker({ socketPath: engine.socket }), from, name, { note: () => {}, signal: abort.signal }).catch(String);
  const taking: readonly (readonly [RegExp, Answer])[] = [
    [/^POST \/images\/create/u, there],
    [/^GET .*\/json/u, there],
    [/^DELETE /u, there],
  ];

  it("names what was imported whole, and leaves no other name", async () => {
    await using engine = await FakeEngine.open(...taking);
    expect(await importing(engine, folder)).to.equal(undefined);
    expect(engine.asked.filter((line) => named.test(line))).to.have.length(1);
    expect(engine.asked.at(-1)).to.match(/^DELETE \/images\/planefault\/debian:half-\d+/u);
  });

  it("gives no name to what tar could not read whole", async () => {
    await using engine = await FakeEngine.open(...taking);
    expect(await importing(engine, join(folder, "nowhere"))).to.match(/tar ended with 2 .*nowhere/u);
    expect(engine.asked.filter((line) => named.test(line))).to.deep.equal([]);
    expect(engine.asked.at(-1)).to.match(/^DELETE /u);
  });

  it("gives no name to what was broken off, and waits no longer", async () => {
    await using engine = await FakeEngine.open([/^POST \/images\/create/u, "hangs"]);
    const end = importing(engine, folder);
    await engine.until("asked", /^POST/u);
    abort.abort(new Error("Ctrl-C"));
    expect(await end).to.be.a("string");
    expect(engine.asked.filter((line) => named.test(line))).to.deep.equal([]);
  });
});
