// k6 as it may behave, played by a small program: in good order, gone early, silent, deaf to its end.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { LoadCommand } from "../../../src/agent/load/k6-files.ts";
import { startLoad } from "../../../src/agent/load/start-load.ts";
import { hidden } from "../../../src/model/hidden.ts";
import type { Load } from "../../../src/model/load.ts";
import type { JournalRecord, RecordOf } from "../../../src/model/record.ts";
import { eventually } from "../agent-container.ts";
import { http1, probe } from "../probe/fixture.ts";

const sampling = `
const point = (metric, value, tags) =>
  console.log(JSON.stringify({ metric, type: "Point", data: { time: new Date().toISOString(), value, tags } }));
const sampling = setInterval(() => {
  point("planefault_sample", 2, { scenario: "load_0", outcome: "ok" });
  point("http_req_duration", 2, { expected_response: "true" });
  point("iterations", 1, {});
}, 20);
`;
const summary = JSON.stringify({ metrics: { http_req_failed: { fails: 9, value: 0, thresholds: { "rate<0.01": false } } } });
const inGoodOrder = `${sampling}
process.on("SIGINT", () => { fs.writeFileSync("summary.json", ${JSON.stringify(summary)}); process.exit(105); });`;

describe("k6 as a child of the agent", function () {
  this.timeout(20_000);
  const path = process.env["PATH"];
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-k6-"));
    process.env["PATH"] = `${folder}:${path}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  const rate: Load = { kind: "rate", vantage: "user", instances: ["load"] };
  const script: Load = {
    kind: "script",
    vantage: "user",
    file: "./users.js",
    text: "// users",
    environment: hidden({ A: "b c" }),
    hosts: { "shop.example.com": { component: "app", network: "data", port: 8080 } },
    longestMs: 90_000,
  };
  const records: JournalRecord[] = [];
  function start(body: string, load: Load) {
    const program = `#!${process.execPath}\nconst fs = require("node:fs");\nfs.writeFileSync(${JSON.stringify(join(folder, "seen"))}, JSON.stringify({ argv: process.argv.slice(2), pid: process.pid, config: JSON.parse(fs.readFileSync("config.json", "utf8")), script: fs.readFileSync("script.js", "utf8"), environment: Object.keys(process.env).sort() }));\n${body}\n`;
    writeFileSync(join(folder, "k6"), program);
    chmodSync(join(folder, "k6"), 0o755);
    records.length = 0;
    const probes = load.kind === "rate" ? [probe(http1(8080), { instance: "load", everyMs: 20, deadlineMs: 100 })] : [];
    const command: LoadCommand = {
      do: "load",
      name: "load",
      load,
      environment: { A: "b c" },
      probes,
      addresses: { app: { data: "10.64.0.10" } },
    };
    return startLoad(command, { now: () => performance.now(), emit: (record) => void records.push(record) });
  }
  const seen = () =>
    JSON.parse(readFileSync(join(folder, "seen"), "utf8")) as {
      readonly argv: readonly string[];
      readonly pid: number;
      readonly config: unknown;
      readonly script: string;
      readonly environment: readonly string[];
    };
  const end = (): RecordOf<"load"> | undefined => records.find((record) => record.type === "load");
  const isGone = (): boolean => {
    try {
      process.kill(seen().pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it("hands on samples while it runs, waits for the last ones, and ends in good order", async () => {
    const running = await start(inGoodOrder, rate);
    const stoppedAt = performance.now();
    await running.stop();
    const rows = records.flatMap((record) => (record.type === "samples" ? record.rows : []));
    expect(rows.at(-1)?.[0]).to.be.greaterThan(stoppedAt);
    expect(rows.every(([, tookMs]) => tookMs === 2 || tookMs === 0)).to.equal(true);
    expect(end()).to.include({ end: "told", detail: "k6 ended with 105", dropped: 0 });
    expect(records.some(({ type }) => type === "twin")).to.equal(true);
    expect(isGone()).to.equal(true);
  });

  it("is given a script as it is, with what holds where the script says nothing", async () => {
    await (await start(inGoodOrder, script)).stop();
    expect(seen()).to.deep.include({
      script: "// users",
      config: { hosts: { "shop.example.com": "10.64.0.10:8080" }, duration: "90000ms", rps: 500 },
    });
    expect(seen().argv.slice(-3)).to.deep.equal(["-e", "A=b c", "script.js"]);
    // Node hands on where coverage is collected.
    const own = seen().environment.filter((name) => name !== "NODE_V8_COVERAGE");
    expect(own).to.deep.equal(["HOME", "K6_AUTO_EXTENSION_RESOLUTION", "K6_BINARY_PROVISIONING", "PATH"]);
    expect(end()?.thresholds).to.deep.equal([
      { metric: "http_req_failed", expression: "rate<0.01", crossed: false, sampled: true, value: 0 },
    ]);
  });

  it("makes no load where it ends before its first sample, and says why", async () => {
    const refused = await start('console.error("GoError: no such module"); process.exit(107);', script).then(() => "started", String);
    expect(refused).to.include("k6 makes no load: k6 ended with 107; GoError: no such module");
  });

  it("is said to have ended early where nobody told it to", async () => {
    const running = await start(`${sampling}\nsetTimeout(() => { console.error("out of memory"); process.exit(1); }, 100);`, script);
    await eventually("k6 to be gone", 10_000, isGone);
    await running.stop();
    expect(end()).to.deep.include({ end: "early", detail: "k6 ended with 1; out of memory" });
    expect(end()?.thresholds).to.equal(undefined);
  });

  it("is said to have wanted memory, perhaps, where somebody else killed it", async () => {
    const running = await start(`${sampling}\nsetTimeout(() => process.kill(process.pid, "SIGKILL"), 100);`, script);
    await eventually("k6 to be gone", 10_000, isGone);
    await running.stop();
    expect(end()).to.deep.include({ end: "early", detail: "k6 was ended by SIGKILL, perhaps for want of memory" });
  });

  it("is killed where it does not end", async () => {
    const running = await start(`${sampling}\nprocess.on("SIGINT", () => console.error("busy"));`, script);
    await running.stop();
    expect(end()).to.deep.include({ end: "told", detail: "k6 was ended by SIGKILL; busy" });
    expect(isGone()).to.equal(true);
  });
});
