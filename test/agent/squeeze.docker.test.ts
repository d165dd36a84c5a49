// A processor quota with busy processes under it: the group alone is squeezed, its witness shows it, and nothing of it is left.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { quotaUsIn } from "../../src/agent/quota.ts";
import type { Bound } from "../../src/model/agent-protocol.ts";
import { ascending, quantile } from "../../src/statistics/quantile-bound.ts";
import { Bench, type TestAgent, armedChange, eventually, identity } from "./agent-container.ts";
import { groupsOf } from "./groups-of.ts";

const table = "planefault_test";
/** Wants little: what is asked of the group beyond that comes from our own busy processes. */
const clerk = 'process.title="clerk";setInterval(()=>{const end=performance.now()+2;while(performance.now()<end);},20)';
const processes = [{ name: "clerk", exe: "clerk" }];
const at = { component: "place", process: "clerk" };

describe("a squeeze in containers", function () {
  this.timeout(120_000);
  let bench: Bench;
  let agent: TestAgent;
  let other: TestAgent;
  let bound: Bound;
  let group: Awaited<ReturnType<typeof groupsOf>>["cpu"];
  let version: 1 | 2;
  let folder: string;

  before(async () => {
    bench = await Bench.open();
    const container = await bench.component(["node", "-e", clerk], undefined);
    ({ cpu: group, version } = await groupsOf(container));
    const binds = [`${group.folder}:/cgroup-cpu`];
    folder = `${group.folder}/planefault-clerk`;
    agent = await bench.agent(container, binds);
    other = await bench.agent(container, binds);
    await eventually("the clerk", 5_000, async () => (await digest())["process/clerk"] !== "absent");
    await agent.ask({ do: "split", processes, cgroup: "/cgroup-cpu", limited: "cpu" });
    bound = (await agent.ask({
      do: "bind",
      processes,
      process: undefined,
      volume: undefined,
      quota: true,
      path: group.path,
    })) as Bound;
  });
  after(async () => await bench.close());

  const digest = async (): Promise<Record<string, string>> => (await other.ask({ do: "digest", processes })) as Record<string, string>;
  const change = (id: string, leaseMs = 30_000, with_: Partial<Bound> = bound) =>
    armedChange(
      id,
      { op: "cpu.limit", at, cpus: 0.2, workers: 2 },
      { op: "cpu.restore", at },
      { holdMs: 4_000, leaseMs },
      identity("place", bound.netns, {}, with_),
    );
  /** Microseconds per period that the leaf may use. */
  const quotaIn = (lines: Readonly<Record<string, string>>): number =>
    quotaUsIn(lines[`quota/planefault-clerk/${version === 1 ? "cpu.cfs_quota_us" : "cpu.max"}`] ?? "");
  /** Programs in the squeezed group, as the host sees them. */
  const members = (): readonly string[] =>
    readFileSync(`${folder}/cgroup.procs`, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim())
      .toSorted();

  it("binds the leaf and the quota that it had", () => {
    expect(bound.quota).to.deep.include({ version, cgroup: `${group.path}/planefault-clerk` });
    expect(quotaUsIn(bound.quota?.before ?? "")).to.equal(-1);
  });

  it("leaves the group its quota, which our own work in it feels and work outside does not, and is gone without a trace", async () => {
    const before = await digest();
    const armed = change("q1");
    await agent.ask({ do: "arm", armed, table });
    const witness = { kind: "cpu", id: "w", changes: ["q1"], at, cpus: 0.2 } as const;
    await agent.ask({ do: "witness", witness, role: "answer", addresses: {}, armed: [armed] });
    await eventually("three pieces of work", 10_000, () => agent.rows("w").filter(([, { workMs }]) => workMs !== undefined).length >= 3);
    const fireAt = bench.now() + 50;
    const done = await agent.fire("q1", fireAt);
    await eventually("two busy processes", 2_000, () => members().filter((name) => name === "sha256sum").length === 2);
    await agent.watched("w", done + 6_000);
    const during = await digest();
    const undoAt = bench.now();
    await agent.ask({ do: "undo", change: "q1" });
    const undone = bench.now();
    expect(members()).not.to.include("sha256sum");
    await agent.watched("w", undone + 2_500);
    await agent.ask({ do: "quiet" });
    await agent.ask({ do: "disarm" });
    const rows = agent.rows("w");
    const of = (name: string, from: number, to: number): readonly number[] =>
      rows.filter(([row]) => row >= from && row <= to).flatMap(([, values]) => values[name] ?? []);
    const show = (name: string): string =>
      [[0, fireAt] as const, [done, undoAt] as const, [undone, 1e9] as const]
        .map(([from, to]) =>
          of(name, from, to)
            .map((value) => value.toFixed(0))
            .join(" "),
        )
        .join(" | ");
    for (const name of ["workMs", "bystanderMs", "usedMs", "periods", "throttled"]) console.log(`      ${name}: ${show(name)}`);
    console.log(
      `      squeezed ${(done - fireAt).toFixed(0)} ms after the instant, free ${(undone - undoAt).toFixed(0)} ms after the order`,
    );
    const used = rows.filter(([row, values]) => row >= done + 200 && row <= undoAt && values["usedMs"] !== undefined);
    const [first, last] = [used[0], used.at(-1)];
    expect(((last?.[1]["usedMs"] ?? 0) - (first?.[1]["usedMs"] ?? 0)) / ((last?.[0] ?? 0) - (first?.[0] ?? 0))).to.be.within(0.1, 0.26);
    // A single piece of work may fall to the start of a period, before the quota is used up.
    expect(quantile(ascending(of("workMs", done, undoAt)), 0.75)).to.be.above(20);
    expect(quotaIn(during)).to.equal(20_000);
    expect(during["busy"]).to.equal("2 processes");
    expect(await digest()).to.deep.equal(before);
  });

  it("refuses to fire over a quota that somebody else has written meanwhile", async () => {
    const armed = change("q2", 1_000, { ...bound, ...(bound.quota ? { quota: { ...bound.quota, before: "70000" } } : {}) });
    await agent.ask({ do: "arm", armed, table });
    expect(await agent.fire("q2", bench.now()).catch(String)).to.match(/somebody else changed the quota/u);
    await agent.ask({ do: "disarm" });
  });

  it("ends with its lease when nobody undoes", async () => {
    const before = await digest();
    await agent.ask({ do: "arm", armed: change("q3", 1_000), table });
    await agent.fire("q3", bench.now());
    await eventually("two busy processes", 2_000, async () => (await digest())["busy"] === "2 processes");
    await eventually("quota and busy processes to go", 4_000, async () => JSON.stringify(await digest()) === JSON.stringify(before));
    await agent.ask({ do: "disarm" });
  });

  it("leaves no busy process behind when the agent is killed; the quota is the keeper's to restore", async () => {
    await agent.ask({ do: "arm", armed: change("q4"), table });
    await agent.fire("q4", bench.now());
    agent.fallSilent();
    await agent.container.kill({ signal: "SIGKILL" });
    await eventually("the busy processes to end", 4_000, async () => (await digest())["busy"] === undefined);
    expect(quotaIn(await digest())).to.equal(20_000);
  });
});
