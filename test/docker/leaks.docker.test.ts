// What a run leaves behind is a failed result, whoever left it: one leak of each class is planted while a run is under way, and each must be named.
import { expect } from "chai";
import { connectEngine, type Engine } from "../../src/drivers/docker/engine.ts";
import { execute } from "../../src/drivers/docker/exec.ts";
import { type Kind, labelsOf, resourceName } from "../../src/drivers/docker/labels.ts";
import type { Plan } from "../../src/model/plan.ts";
import { closingText } from "../../src/report/text.ts";
import { provideTiny, runTiny, type Tiny, tinyPlan, type TinyRun } from "./tiny.ts";

const deadlineMs = 10_000;

/** Writes a limit of 999 IOs per second into the leaf of the writer; as a program, since there is no shell to write with. */
const limitLeaf = `
  const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
  const leaf = "/cgroup/planefault-writer";
  const disk = readdirSync("/sys/block").filter((name) => !/^(loop|ram|zram|sr|fd)/.test(name))[0];
  const device = readFileSync("/sys/block/" + disk + "/dev", "utf8").trim();
  const old = readdirSync(leaf).includes("blkio.throttle.read_iops_device");
  writeFileSync(leaf + (old ? "/blkio.throttle.read_iops_device" : "/io.max"), device + (old ? " 999" : " riops=999"));
`;

interface Leak {
  readonly what: string;
  plant(engine: Engine, session: string, tiny: Tiny): Promise<unknown>;
  /** Of the line that names it. */
  readonly named: readonly string[];
}

const labels = (session: string, kind: Kind): Record<string, string> => labelsOf(session, "stray", kind, "stray");

/** In the agent beside the component: it is in the same namespaces and has the tools. */
const beside =
  (...argv: readonly string[]) =>
  async (engine: Engine, session: string): Promise<void> => {
    const { exitCode, output } = await execute(engine, resourceName(session, "tiny-agent"), argv, deadlineMs);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${output}`);
  };

const leaks: readonly Leak[] = [
  {
    what: "a container",
    plant: ({ docker }, session, { toolbox }) =>
      docker.createContainer({ name: resourceName(session, "stray"), Image: toolbox, Cmd: ["node"], Labels: labels(session, "component") }),
    named: ["engine/container/pf-", "-stray was nothing"],
  },
  {
    what: "a network",
    plant: ({ docker }, session) =>
      docker.createNetwork({ Name: resourceName(session, "stray-net"), Internal: true, Labels: labels(session, "network") }),
    named: ["engine/network/pf-", "-stray-net was nothing"],
  },
  {
    what: "a volume",
    plant: ({ docker }, session) => docker.createVolume({ Name: resourceName(session, "stray-volume"), Labels: labels(session, "volume") }),
    named: ["engine/volume/pf-", "-stray-volume was nothing"],
  },
  { what: "an nft table", plant: beside("nft", "add", "table", "inet", "stray_table"), named: ["tiny/nft was ", "stray_table"] },
  { what: "a limit on a leaf cgroup", plant: beside("node", "-e", limitLeaf), named: ["tiny/limit/planefault-writer/", "999"] },
  { what: "an address", plant: beside("ip", "addr", "add", "10.254.7.1/32", "dev", "lo"), named: ["tiny/links was ", "10.254.7.1"] },
  { what: "a route", plant: beside("ip", "route", "add", "blackhole", "10.254.8.0/24"), named: ["tiny/routes was ", "10.254.8.0"] },
  {
    what: "a rule of policy routing",
    plant: beside("ip", "rule", "add", "from", "10.254.9.0/24", "blackhole"),
    named: ["tiny/rules was ", "10.254.9.0"],
  },
  {
    what: "a neighbour for good",
    plant: beside("ip", "neigh", "add", "10.254.7.2", "lladdr", "02:00:00:00:00:01", "dev", "lo", "nud", "permanent"),
    named: ["tiny/neighbours was ", "02:00:00:00:00:01"],
  },
  {
    what: "a queue",
    plant: beside("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1gbit", "burst", "1mb", "latency", "50ms"),
    named: ["tiny/qdiscs was ", "tbf"],
  },
  {
    what: "a link",
    plant: beside("ip", "link", "add", "stray0", "type", "veth", "peer", "name", "stray1"),
    named: ["tiny/links was ", "stray0"],
  },
];

describe("leaks of a run", function () {
  this.timeout(120_000);
  let plan: Plan;
  let result: TinyRun;
  before("one run with all of them", async function () {
    this.timeout(20 * 60_000);
    const tiny = await provideTiny();
    plan = await tinyPlan("nothing");
    const engine = await connectEngine();
    let planted: Promise<readonly PromiseSettledResult<unknown>[]> | undefined;
    result = await runTiny(tiny, "nothing", {
      on: (event, session) => {
        if (event.type === "phase" && event.phase === "hold" && event.edge === "begin")
          planted = Promise.allSettled(leaks.map((leak) => leak.plant(engine, session, tiny)));
      },
    });
    if (!planted) throw new Error(`the run never reached its hold: ${result.verdict.reason}`);
    const failed = (await planted).flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    if (failed.length > 0) throw new Error(failed.join("; "));
  });

  it("end it with exit code 5, whatever else it found", () => {
    expect([result.exitCode, result.verdict.outcome, result.verdict.asExpected]).to.deep.equal([5, "inconclusive", false]);
    expect(result.end.outcome).to.equal("completed");
  });

  for (const { what, named } of leaks)
    it(`name ${what}, in the verdict and in what the user reads`, () => {
      const lines = result.verdict.leaks.filter((leak) => named.every((part) => leak.includes(part)));
      expect(lines, result.verdict.leaks.join("\n")).to.have.length(1);
      expect(closingText(plan, result.verdict, { report: "", again: "" })).to.contain(`LEAK ${lines[0]}`);
    });

  it("are all that it names", () => {
    const keys = result.verdict.leaks.map((leak) => leak.split(" ")[0]?.replace(/pf-[a-z0-9]+-/u, ""));
    // Link and address are one line.
    expect(keys.filter((key) => !key?.startsWith("engine/") && !key?.startsWith("tiny/"))).to.deep.equal([]);
    expect(new Set(keys).size).to.equal(leaks.length - 1);
  });

  it("are gone when the session has ended", () => {
    expect(result.left).to.deep.equal([]);
  });
});
