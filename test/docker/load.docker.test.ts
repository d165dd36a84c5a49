// k6 in its container: on the vantage's own address, a script as it is, its thresholds in the verdict, and no k6 without its agent.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../src/commands/run-experiment.ts";
import { connectEngine, type Engine } from "../../src/drivers/docker/engine.ts";
import { execute } from "../../src/drivers/docker/exec.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { readDefinedExperiment } from "../../src/files/read.ts";
import { plan } from "../../src/plan/plan.ts";
import { ensure } from "../../src/setup/ensure.ts";
import { eventually } from "../agent/agent-container.ts";

const source = {
  version: 1,
  title: "a script of one's own, and nothing broken",
  target: "echo",
  load: { kind: "k6", script: "./users.js", hosts: { "shop.example.com": "echo:8080" } },
  phases: { baseline: "4s", fault: "4s", recovery: "2s" },
  faults: [{ kind: "noop" }],
  predict: {},
};

/** Of the Chaos Toolkit's extension for k6; see public-script/Dockerfile. It takes all that it needs from its environment. */
const publicScript = {
  path: "/fetched/chaosk6/scripts/probe.js",
  sha256: "67dfb6b18be5874e1641c15ad22be73c0141ff7470b5ded282bb19e0a3965846",
  environment: {
    CHAOS_K6_METHOD: "GET",
    CHAOS_K6_URL: "http://echo:8080/",
    CHAOS_K6_STATUS: "200",
    CHAOS_K6_DURATION: "10m",
    CHAOS_K6_HTTP_TIMEOUT: "1",
  },
};

/** Kills the agent where it runs: the process below the first one. */
const killAgent = `const fs = require("node:fs");
for (const pid of fs.readdirSync("/proc").filter((name) => /^[0-9]+$/u.test(name) && name !== "1" && Number(name) !== process.pid))
  if (fs.readFileSync("/proc/" + pid + "/cmdline", "utf8").includes("agent/main.js")) process.kill(Number(pid), "SIGKILL");`;

describe("load by k6", function () {
  this.timeout(600_000);
  let engine: Engine;
  let reports = "";
  before(async () => {
    engine = await connectEngine();
    reports = await mkdtemp(join(tmpdir(), "planefault-load-"));
  });
  after(async () => await rm(reports, { recursive: true }));

  /** Our own containers by name. */
  async function containers(): Promise<ReadonlyMap<string, string>> {
    const all = await engine.docker.listContainers({ all: true, filters: { label: [label.session] } });
    return new Map(
      all.filter((one) => one.Labels[label.owner]?.startsWith(`${process.pid}:`)).map((one) => [one.Labels[label.name] ?? "", one.Id]),
    );
  }

  /** One run, with something done while the fault lasts. */
  async function runWith(meanwhile: (load: string, vantage: string) => Promise<void>, experiment: object = source) {
    const loaded = readDefinedExperiment(experiment, "load.ts", "experiments/echo");
    const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
    if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join("\n"));
    let done: Promise<void> | undefined;
    const result = await run(planned.plan, {
      reports,
      seed: 1,
      on: (event) => {
        if (event.type === "phase" && event.phase === "hold")
          done ??= containers().then((found) => meanwhile(found.get("load") ?? "", found.get("user") ?? ""));
      },
    });
    await done;
    expect([...(await containers()).keys()]).to.deep.equal([]);
    return result;
  }

  it("looks from the vantage's place, and k6 judges its thresholds", async () => {
    const { verdict, end } = await runWith(async (load, vantage) => {
      const { HostConfig: host } = await engine.docker.getContainer(load).inspect();
      expect(host.NetworkMode).to.equal(`container:${vantage}`);
      expect(host.PidMode).to.equal("");
      expect(host.CapAdd ?? []).to.deep.equal([]);
      const { Processes: processes }: { readonly Processes: readonly (readonly string[])[] } = await engine.docker.getContainer(load).top();
      expect(processes.filter((row) => row.at(-1)?.startsWith("k6 run "))).to.have.length(1);
    });
    expect(end.outcome, end.reason).to.equal("completed");
    expect(verdict.predictions.map(({ id }) => id).toSorted()).to.deep.equal([
      "load: checks{about:answer} rate>0.99",
      "load: http_req_duration p(95)<200",
      "load: http_req_failed rate<0.01",
    ]);
    expect(verdict.predictions.find(({ id }) => id.includes("http_req_failed"))?.outcome).to.equal("confirmed");
    expect(verdict.assumptions.find(({ name }) => name === "load-ran")?.held).to.equal(true);
    expect(verdict.evidence.some(({ component, name }) => component === "load" && name === "requests per second")).to.equal(true);
  });

  it("ends with its agent: nothing goes on asking", async () => {
    const { end } = await runWith(async (load) => {
      await execute(engine, load, ["node", "-e", killAgent], 10_000).catch(() => undefined);
      await eventually("k6 to end with its agent", 5_000, async () => !(await engine.docker.getContainer(load).inspect()).State.Running);
    });
    expect(end.outcome).to.equal("failed");
    expect(end.reason).to.include("agent load is gone");
  });

  describe("with a script that others published", () => {
    let script = "";
    before(async () => {
      const folder = import.meta.dirname;
      const provided = await ensure({ images: [{ folder, builds: ["public-script"] }] });
      const bytes = await bytesIn(engine, provided.image(folder, "public-script"), publicScript.path);
      expect(createHash("sha256").update(bytes).digest("hex")).to.equal(publicScript.sha256);
      script = join(reports, "probe.js");
      await writeFile(script, bytes);
    });

    /** Whether the users' requests pass is the script's own threshold, and the only prediction of interest. */
    const runUnder = async (fault: object) =>
      await runWith(async () => undefined, {
        ...source,
        load: { kind: "k6", script, environment: publicScript.environment },
        phases: { baseline: "2s", fault: "6s", recovery: "4s" },
        faults: [fault],
      });
    const lineOf = ({ verdict }: Awaited<ReturnType<typeof runUnder>>, threshold: string) =>
      verdict.predictions.find(({ id }) => id === `load: ${threshold}`)?.outcome;

    it("has its thresholds held where the fault is none of its users' business", async () => {
      const result = await runUnder({ kind: "ssh.block", on: "echo", from: "admin" });
      expect(result.end.outcome, result.end.reason).to.equal("completed");
      expect(lineOf(result, "completed count>0")).to.equal("confirmed");
      expect(lineOf(result, "failures rate<=0")).to.equal("confirmed");
      expect(result.verdict.assumptions.find(({ name }) => name === "load-ran")?.held).to.equal(true);
    });

    it("has one crossed by a fault that its users feel, and may end itself for it", async () => {
      const result = await runUnder({ kind: "net.loss", on: "echo", to: "user", percent: 100 });
      expect(result.end.outcome, result.end.reason).to.equal("completed");
      expect(lineOf(result, "completed count>0")).to.equal("confirmed");
      expect(lineOf(result, "failures rate<=0")).to.equal("refuted");
      expect(result.verdict.assumptions.find(({ name }) => name === "load-ran")?.held).to.equal(true);
    });
  });
});

/** A file of an image, byte for byte. */
async function bytesIn({ docker }: Engine, image: string, path: string): Promise<Buffer> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["base64", "-w", "0", path],
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.wait();
    return Buffer.from((await container.logs({ stdout: true, stderr: true, follow: false })).toString("utf8"), "base64");
  } finally {
    await container.remove({ force: true });
  }
}
