// A memory limit on a container's own group: its page cache is squeezed, its witness shows it, nothing is killed, and nothing of it is left.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesIn } from "../../src/agent/memory.ts";
import type { Bound } from "../../src/model/agent-protocol.ts";
import { Bench, type TestAgent, armedChange, eventually, identity } from "./agent-container.ts";
import { groupsOf } from "./groups-of.ts";

const table = "planefault_test";
/** Keeps 64 MiB of a file in its page cache by reading all of it again and again. */
const reader =
  'const fs=require("node:fs");process.title="reader";fs.writeFileSync("/tmp/file",Buffer.alloc(67108864,"x"));const file=fs.openSync("/tmp/file","r");fs.fsyncSync(file);const block=Buffer.alloc(262144);let at=0;setInterval(()=>{fs.readSync(file,block,0,block.length,at);at=(at+block.length)%67108864},4)';
const processes = [{ name: "reader", exe: "reader" }];
const at = { component: "place" };
const headroomBytes = 16 * 2 ** 20;
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

describe("a memory limit in containers", function () {
  this.timeout(120_000);
  let bench: Bench;
  let agent: TestAgent;
  let other: TestAgent;
  let bound: Bound;
  let group: Awaited<ReturnType<typeof groupsOf>>["memory"];
  let version: 1 | 2;
  let folder: string;

  before(async function () {
    bench = await Bench.open();
    const container = await bench.component(["node", "-e", reader], undefined);
    ({ memory: group, version } = await groupsOf(container));
    ({ folder } = group);
    if (!existsSync(folder)) this.skip();
    const binds = [`${folder}:/cgroup-memory`];
    agent = await bench.agent(container, binds);
    other = await bench.agent(container, binds);
    await eventually("the reader", 5_000, async () => (await digest())["process/reader"] !== "absent");
    const { path } = group;
    bound = (await agent.ask({ do: "bind", processes, process: undefined, volume: undefined, memory: true, path })) as Bound;
  });
  after(async () => await bench.close());

  const digest = async (): Promise<Record<string, string>> => (await other.ask({ do: "digest", processes })) as Record<string, string>;
  const change = (id: string, leaseMs = 30_000, with_: Partial<Bound> = bound) =>
    armedChange(
      id,
      { op: "memory.limit", at, headroomBytes },
      { op: "memory.restore", at },
      { holdMs: 4_000, leaseMs },
      identity("place", bound.netns, {}, with_),
    );
  const limit = async (): Promise<number> => bytesIn((await digest())[`memory/${limitFile()}`] ?? "");
  const limitFile = (): string => (version === 1 ? "memory.limit_in_bytes" : "memory.high");

  it("binds the container's own group, its limit and whether the kernel may kill", () => {
    expect(bound.memory).to.deep.include({ version, cgroup: group.path, killDisable: version === 1 ? "0" : "" });
    expect(bytesIn(bound.memory?.before ?? "")).to.be.above(1e15);
  });

  it("takes the page cache, which has to be read again, kills nobody, and is gone without a trace", async () => {
    const before = await digest();
    const armed = change("m1");
    await agent.ask({ do: "arm", armed, table });
    const witness = { kind: "memory", id: "w", changes: ["m1"], at, headroomBytes } as const;
    await agent.ask({ do: "witness", witness, role: "answer", addresses: {}, armed: [armed] });
    await eventually("64 MiB of page cache", 10_000, () => (agent.rows("w").at(-1)?.[1]["cacheBytes"] ?? 0) > 60 * 2 ** 20);
    const fireAt = bench.now() + 50;
    const done = await agent.fire("m1", fireAt);
    await agent.watched("w", done + 5_000);
    const during = await digest();
    const undoAt = bench.now();
    await agent.ask({ do: "undo", change: "m1" });
    const undone = bench.now();
    await agent.watched("w", undone + 2_000);
    await agent.ask({ do: "quiet" });
    await agent.ask({ do: "disarm" });
    const rows = agent.rows("w");
    for (const [row, values] of rows)
      console.log(
        `      ${row < fireAt ? "before" : row < done ? "firing" : row < undoAt ? "during" : "after "} use ${mib(values["useBytes"] ?? 0)} cache ${mib(values["cacheBytes"] ?? 0)} limit ${(values["limitBytes"] ?? 0) > 1e15 ? "none" : mib(values["limitBytes"] ?? 0)} hits ${values["hits"]} major ${values["majorFaults"]} refaults ${values["refaults"]} kills ${values["kills"]} waiting ${values["waiting"]}`,
      );
    console.log(
      `      squeezed ${(done - fireAt).toFixed(0)} ms after the instant, free ${(undone - undoAt).toFixed(0)} ms after the order`,
    );
    const within = rows.filter(([row]) => row >= done && row <= undoAt).map(([, values]) => values);
    const later = rows.filter(([row]) => row >= undone).map(([, values]) => values);
    for (const { limitBytes = 0, useBytes = 0, cacheBytes = 0 } of within)
      expect(limitBytes - (useBytes - cacheBytes)).to.be.within(headroomBytes - 4 * 2 ** 20, headroomBytes + 4 * 2 ** 20);
    expect(Math.max(...within.map(({ cacheBytes = 0 }) => cacheBytes))).to.be.below(headroomBytes + 8 * 2 ** 20);
    expect((within.at(-1)?.["hits"] ?? 0) - (within[0]?.["hits"] ?? 0)).to.be.above(0);
    expect((within.at(-1)?.["refaults"] ?? 0) - (within[0]?.["refaults"] ?? 0)).to.be.above(0);
    expect(new Set(later.map(({ hits }) => hits)).size).to.equal(1);
    expect(rows.at(-1)?.[1]["kills"]).to.equal(0);
    expect(during["memory/oom_kill_disable"]).to.equal(version === 1 ? "1" : undefined);
    expect(await digest()).to.deep.equal(before);
  });

  it("refuses to fire over a limit that somebody else has written meanwhile", async () => {
    const { memory } = bound;
    if (!memory) return expect.fail();
    for (const armedFor of [{ before: "1000013824" }, { killDisable: "1" }]) {
      await agent.ask({ do: "arm", armed: change("m2", 1_000, { ...bound, memory: { ...memory, ...armedFor } }), table });
      expect(await agent.fire("m2", bench.now()).catch(String)).to.match(/somebody else changed the memory limit/u);
      await agent.ask({ do: "disarm" });
    }
  });

  it("ends with its lease when nobody undoes", async () => {
    const before = await digest();
    await agent.ask({ do: "arm", armed: change("m3", 1_000), table });
    await agent.fire("m3", bench.now());
    expect(await limit()).to.be.below(1e12);
    await eventually("the limit to go", 4_000, async () => JSON.stringify(await digest()) === JSON.stringify(before));
    await agent.ask({ do: "disarm" });
  });

  it("is ended by an agent whose input ends, and left to the keeper by one that is killed", async () => {
    const before = await digest();
    await agent.ask({ do: "arm", armed: change("m4"), table });
    await agent.fire("m4", bench.now());
    agent.hangUp();
    await eventually("the limit to go", 8_000, async () => JSON.stringify(await digest()) === JSON.stringify(before));
    await other.ask({ do: "arm", armed: change("m5"), table });
    await other.fire("m5", bench.now());
    await other.container.kill({ signal: "SIGKILL" });
    expect(bytesIn(readFileSync(join(folder, limitFile()), "utf8").trim())).to.be.below(1e12);
  });
});
