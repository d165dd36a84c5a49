// A disk limit on a real volume: the leaf cgroup alone is slowed, its witness shows it, the limit file is as before, and the engine removes what we left in the cgroup.
import { existsSync } from "node:fs";
import { expect } from "chai";
import type { Bound } from "../../src/model/agent-protocol.ts";
import { Bench, type TestAgent, armedChange, eventually, identity } from "./agent-container.ts";
import { groupsOf } from "./groups-of.ts";

const table = "planefault_test";
/** Writes and syncs one block after another, as a database would. */
const writer =
  "const fs=require('fs');const f=fs.openSync('/data/x','w');const b=Buffer.alloc(4096,1);for(let i=0;;i+=1){fs.writeSync(f,b,0,4096,(i%256)*4096);fs.fdatasyncSync(f)}";

describe("disk limits in containers", function () {
  this.timeout(120_000);
  let bench: Bench;
  let agent: TestAgent;
  let bound: Bound;
  let group: Awaited<ReturnType<typeof groupsOf>>["disk"];
  let version: 1 | 2;
  const processes = [{ name: "writer", exe: "node" }];

  before(async () => {
    bench = await Bench.open();
    const volume = await bench.volume();
    const sibling = await bench.volume();
    const container = await bench.component(["node", "-e", writer], undefined, volume);
    ({ disk: group, version } = await groupsOf(container));
    agent = await bench.agent(container, [`${group.folder}:/cgroup`, `${volume}:/volumes/data`, `${sibling}:/bystander`]);
    await eventually(
      "the writer",
      5_000,
      async () =>
        await agent.ask({ do: "split", processes, cgroup: "/cgroup", limited: "disk" }).then(
          () => true,
          () => false,
        ),
    );
    bound = (await agent.ask({ do: "bind", processes, process: undefined, volume: "data", path: group.path })) as Bound;
  });
  after(async () => await bench.close());

  const digest = async (): Promise<Record<string, string>> => (await agent.ask({ do: "digest", processes })) as Record<string, string>;
  /** Writes per second that the leaf is allowed: "254:0 20" in version 1, "254:0 rbps=max wbps=max riops=max wiops=20" in version 2. */
  const limitIn = (lines: Readonly<Record<string, string>>): number | undefined => {
    const [, text] = Object.entries(lines).find(([key]) => /^limit\/planefault-writer\/(io\.max|.*write_iops_device)$/u.test(key)) ?? [];
    const found = /(?:^\d+:\d+ |\bwiops=)(\d+)$/mu.exec(text ?? "")?.[1];
    return found === undefined ? undefined : Number(found);
  };

  it("binds the leaf, the disk and the limit before us", () => {
    expect(bound.process?.name).to.equal("writer");
    expect(bound.limit).to.deep.include({ version, cgroup: `${group.path}/planefault-writer`, before: "" });
    expect(bound.limit?.device).to.match(/^\d+:\d+$/u);
  });

  it("slows the leaf to the limit and nothing else, then is gone without a trace", async () => {
    const before = await digest();
    const at = { component: "disk", process: "writer" };
    const armed = armedChange(
      "d1",
      { op: "disk.limit", at, volume: "data", writeIops: 20 },
      { op: "disk.restore", at, volume: "data" },
      { holdMs: 6_000, leaseMs: 30_000 },
      identity("disk", bound.netns, {}, bound),
    );
    await agent.ask({ do: "arm", armed, table });
    await agent.ask({
      do: "witness",
      witness: { kind: "disk", id: "w", changes: ["d1"], at, volume: "data", writeIops: 20 },
      role: "answer",
      addresses: {},
      armed: [armed],
    });
    await agent.ask({ do: "evidence", component: "disk", metrics: undefined, everyMs: 1_000 });
    const watchedFrom = bench.now();
    await agent.watched("w", watchedFrom + 3_200);
    const fireAt = bench.now() + 50;
    const done = await agent.fire("d1", fireAt);
    await agent.watched("w", done + 6_000);
    const limited = await digest();
    const undoAt = bench.now();
    await agent.ask({ do: "undo", change: "d1" });
    await agent.watched("w", undoAt + 6_500);
    await agent.ask({ do: "quiet" });
    await agent.ask({ do: "disarm" });
    const rows = agent.rows("w");
    const between = (from: number, to: number, name: string): readonly number[] =>
      rows.filter(([row]) => row >= from && row <= to).flatMap(([, values]) => values[name] ?? []);
    const rate = (from: number, to: number): number => {
      const ios = rows
        .filter(([row, values]) => row >= from && row <= to && values["ios"] !== undefined)
        .map(([row, values]) => [row, values["ios"] ?? 0] as const);
      const [first, last] = [ios[0], ios.at(-1)];
      return first && last ? ((last[1] - first[1]) * 1_000) / (last[0] - first[0]) : Number.NaN;
    };
    console.log(
      `      fired ${(done - fireAt).toFixed(2)} ms after the instant; IOs per second before ${rate(0, fireAt).toFixed(0)}, during ${rate(done, undoAt).toFixed(1)}, after ${rate(undoAt, 1e9).toFixed(0)}`,
    );
    const show = (from: number, to: number, name: string): string =>
      between(from, to, name)
        .map((ms) => ms.toFixed(1))
        .join(" ");
    for (const name of ["writeMs", "bystanderMs"])
      console.log(`      ${name}: before ${show(0, fireAt, name)}; during ${show(done, undoAt, name)}; after ${show(undoAt, 1e9, name)}`);
    expect(rate(done, undoAt)).to.be.within(10, 25);
    expect(rate(0, fireAt)).to.be.greaterThan(40);
    expect(Math.min(...between(done, undoAt, "writeMs"))).to.be.greaterThan(25);
    expect(between(done, undoAt, "writeMs").length).to.be.within(1, 2);
    expect(limitIn(limited)).to.equal(20);
    expect(agent.records.some(({ type }) => type === "evidence")).to.equal(true);
    expect(await digest()).to.deep.equal(before);
  });

  it("refuses to fire over a limit that somebody else has written meanwhile", async () => {
    const at = { component: "disk", process: "writer" };
    const armed = armedChange(
      "d2",
      { op: "disk.limit", at, volume: "data", writeIops: 20 },
      { op: "disk.restore", at, volume: "data" },
      { holdMs: 100, leaseMs: 1_000 },
      identity("disk", bound.netns, {}, { ...bound, ...(bound.limit ? { limit: { ...bound.limit, before: "77" } } : {}) }),
    );
    await agent.ask({ do: "arm", armed, table });
    expect(await agent.fire("d2", bench.now()).catch((error: unknown) => String(error))).to.match(/somebody else changed the limit/u);
    await agent.ask({ do: "disarm" });
  });

  it("refuses to fire once the process has left the cgroup that was armed", async () => {
    const at = { component: "disk", process: "writer" };
    const armed = armedChange(
      "d4",
      { op: "disk.limit", at, volume: "data", writeIops: 20 },
      { op: "disk.restore", at, volume: "data" },
      { holdMs: 100, leaseMs: 1_000 },
      identity("disk", bound.netns, {}, bound),
    );
    const move = async (folder: string): Promise<void> =>
      await agent.run([
        "node",
        "-e",
        `const fs=require("node:fs");fs.mkdirSync("${folder}",{recursive:true});fs.writeFileSync("${folder}/cgroup.procs","${bound.process?.pid}")`,
      ]);
    await agent.ask({ do: "arm", armed, table });
    await move("/cgroup/elsewhere");
    const refused = await agent.fire("d4", bench.now()).catch((error: unknown) => String(error));
    await move("/cgroup/planefault-writer");
    expect(refused).to.match(/writer \(pid \d+\) is no longer in the cgroup \/cgroup\/planefault-writer/u);
    await agent.ask({ do: "disarm" });
  });

  it("ends with its lease when nobody undoes", async () => {
    const at = { component: "disk", process: "writer" };
    const armed = armedChange(
      "d3",
      { op: "disk.limit", at, volume: "data", writeIops: 500 },
      { op: "disk.restore", at, volume: "data" },
      { holdMs: 100, leaseMs: 300 },
      identity("disk", bound.netns, {}, bound),
    );
    await agent.ask({ do: "arm", armed, table });
    await agent.fire("d3", bench.now());
    expect(limitIn(await digest())).to.equal(500);
    await eventually("the limit to end", 3_000, async () => limitIn(await digest()) === undefined);
  });

  it("leaves a cgroup that the engine can remove", async () => {
    await bench.close();
    expect(existsSync(group.folder)).to.equal(false);
  });
});
