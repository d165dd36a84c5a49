// A second engine with folders of its own is killed and left behind in every way that was met; the usual one is not touched.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ensureEngine, type EnginePlace, findDockerd } from "../../src/setup/engine-start.ts";
import { reachEngine } from "../../src/setup/engine-client.ts";
import { Steps } from "../../src/setup/steps.ts";
import { endBy, placeIn } from "./own-engine.ts";

describe("ensureEngine, with an engine of its own", function () {
  this.timeout(60_000);
  let folder = "";
  let place: EnginePlace;
  let lines: string[] = [];

  before(function () {
    if (process.getuid?.() !== 0 || findDockerd() === undefined) this.skip();
    folder = mkdtempSync(join(tmpdir(), "planefault-engine-"));
    place = placeIn(folder);
  });
  beforeEach(() => (lines = []));
  after(async () => {
    if (folder === "") return;
    await endBy("SIGTERM", place.pidFile, "dockerd");
    await endBy("SIGTERM", place.containerdPidFile, "containerd");
    rmSync(folder, { recursive: true, force: true });
  });

  const start = () => ensureEngine(new Steps((line) => lines.push(line)), place);
  it("starts one in a session of its own that holds nothing of ours open", async () => {
    expect((await start()).facts.apiVersion).to.match(/^1\.\d+$/u);
    const pid = Number(readFileSync(place.pidFile, "utf8"));
    const words = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    expect(words[3], "session id").to.equal(`${pid}`);
  });

  it("says and does nothing where it answers", async () => {
    await start();
    expect(lines).to.deep.equal([]);
  });

  it("starts over a killed one whose containerd lives on", async () => {
    expect(await endBy("SIGKILL", place.pidFile, "dockerd")).to.be.a("number");
    await start();
    expect(lines.join("\n")).to.match(/removed the stale .*docker\.pid: process \d+ is dead/u);
  });

  it("starts over pid files whose numbers have gone to strangers", async () => {
    await endBy("SIGKILL", place.pidFile, "dockerd");
    await endBy("SIGKILL", place.containerdPidFile, "containerd");
    for (const file of [place.pidFile, place.containerdPidFile]) writeFileSync(file, `${process.pid}`);
    await start();
    expect(lines.filter((line) => line.includes(`process ${process.pid} is `))).to.have.length(2);
  });

  it("two at once share one engine, also without our lock", async () => {
    await endBy("SIGKILL", place.pidFile, "dockerd");
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.facts).to.deep.equal(other.facts);
    expect((await reachEngine(5_000, place.socket)).ok).to.equal(true);
  });

  it("tells why one does not come up, with its last words", async () => {
    const broken: EnginePlace = {
      ...place,
      socket: join(folder, "none.sock"),
      pidFile: join(folder, "none.pid"),
      command: ["dockerd", "--no-such-option"],
    };
    const failed = await ensureEngine(new Steps(() => {}), broken).catch((error: unknown) => error);
    expect(failed).to.be.an("error").with.property("message").which.includes("no-such-option");
  });

  it("waits no longer for one that does not come up when it is broken off", async () => {
    const silent: EnginePlace = {
      ...place,
      socket: join(folder, "none.sock"),
      pidFile: join(folder, "none.pid"),
      command: [process.execPath, "-e", "setTimeout(() => {}, 3_000)"],
    };
    const abort = new AbortController();
    const steps = new Steps(() => setImmediate(() => abort.abort(new Error("Ctrl-C"))), abort.signal);
    const from = performance.now();
    const failed = await ensureEngine(steps, silent).catch((error: unknown) => error);
    expect(failed).to.be.an("error").with.property("name", "AbortError");
    expect(performance.now() - from).to.be.lessThan(2_500);
  });

  it("only says what it would do where it may not", async () => {
    const forbidden: EnginePlace = {
      ...place,
      socket: join(folder, "none.sock"),
      permission: { allowed: false, why: "PLANEFAULT_SETUP=off forbids it" },
    };
    const failed = await ensureEngine(new Steps((line) => lines.push(line)), forbidden).catch((error: unknown) => error);
    expect(failed)
      .to.be.an("error")
      .with.property("message")
      .which.includes("planefault would start one, but PLANEFAULT_SETUP=off forbids it");
    expect(lines).to.deep.equal([]);
  });
});
