// What an agent refuses, and how its changes end: twice, by lease, with its component, and without the harness.
import { expect } from "chai";
import { armedChange, eventually, identity } from "./agent-container.ts";
import { supervisor } from "../drivers/docker/stacks.ts";
import { PacketsBench, table } from "./packets-bench.ts";

describe("an agent in a container", function () {
  this.timeout(120_000);
  let bench: PacketsBench;
  before(async () => {
    bench = await PacketsBench.open();
  });
  after(async () => await bench.close());

  it("undoes twice, and after the lease has ended, without an error", async () => {
    await bench.arm(bench.block("u1", { holdMs: 50, leaseMs: 100 }));
    await bench.agent("place").fire("u1", bench.now());
    await eventually("the lease to end", 5_000, () =>
      bench.agent("place").logs.some((text) => text.startsWith("the lease of u1 has ended")),
    );
    await bench.agent("place").ask({ do: "undo", change: "u1" });
    await bench.agent("place").ask({ do: "undo", change: "u1" });
  });

  const refusal = async (asked: Promise<unknown>): Promise<string> => await asked.then(() => "done", String);

  it("refuses to arm what was bound in another network namespace", async () => {
    const refused = await refusal(bench.agent("peer").ask({ do: "arm", armed: bench.block("w1", { holdMs: 50, leaseMs: 100 }), table }));
    expect(refused).to.include(`this is network namespace ${bench.at("peer").netns}, place is in ${bench.at("place").netns}`);
  });

  it("refuses to fire where the address that was armed has gone", async () => {
    const address = async (what: "add" | "del"): Promise<void> =>
      await bench.agent("place").run(["ip", "address", what, "10.254.9.9/32", "dev", "lo"]);
    await address("add");
    await bench.arm(bench.block("w2", { holdMs: 50, leaseMs: 100 }, { at: { ...bench.at("place"), addresses: { data: "10.254.9.9" } } }));
    await address("del");
    expect(await refusal(bench.agent("place").fire("w2", bench.now()))).to.include("place no longer has the address 10.254.9.9");
  });

  it("ends with the component, so that one that was started anew is never hit", async () => {
    const component = await bench.bench.component(["sleep", "600"], undefined);
    const beside = await bench.bench.agent(component);
    await component.restart({ t: 0 });
    await eventually("the agent to end", 5_000, async () => !(await beside.container.inspect()).State.Running);
    expect((await component.inspect()).State.Running).to.equal(true);
  });

  it("leaves no trace after disarm, and the digest shows the table before", async () => {
    const shown = JSON.stringify(await bench.agent("place").ask({ do: "digest" }));
    expect(shown).to.include(table);
    await bench.agent("place").ask({ do: "disarm" });
    expect(JSON.stringify(await bench.agent("place").ask({ do: "digest" }))).not.to.include(table);
  });

  it("kills no more when its input ends: the supervisor brings the process back", async () => {
    const component = await bench.bench.component(["/usr/local/bin/node", "-e", supervisor], undefined);
    const one = await bench.bench.agent(component);
    const other = await bench.bench.agent(component);
    const processes = [{ name: "sleep", exe: "sleep" }];
    const state = async (): Promise<string> => JSON.stringify(await other.ask({ do: "digest", processes }));
    await eventually("the process to run", 5_000, async () => (await state()).includes('"process/sleep":"not stopped'));
    const bound = (await one.ask({ do: "bind", processes, process: "sleep", volume: undefined, path: "" })) as {
      readonly netns: string;
      readonly process: { readonly name: string; readonly pid: number; readonly startTicks: string };
      readonly first: boolean;
    };
    expect(bound.first).to.equal(false);
    const place = { component: "place", process: "sleep" };
    const armed = armedChange(
      "k1",
      { op: "process.kill", at: place },
      { op: "process.ensure", at: place },
      { holdMs: 60_000, leaseMs: 60_000 },
      identity("place", bound.netns, {}, bound),
    );
    await one.ask({ do: "arm", armed, table, processes });
    await one.fire("k1", bench.now() + 20);
    await eventually("a look between two shots", 5_000, async () => (await state()).includes('"process/sleep":"absent"'));
    one.hangUp();
    await eventually("the agent to exit", 10_000, async () => !(await one.container.inspect()).State.Running);
    await eventually("the process to be back", 5_000, async () => (await state()).includes('"process/sleep":"not stopped'));
    expect(await state()).not.to.include(`pid ${bound.process.pid} `);
  });

  for (const way of ["its input ends", "heartbeats stop"] as const) {
    it(`undoes and exits when ${way}`, async () => {
      const component = await bench.bench.component(["sleep", "600"], undefined);
      const one = await bench.bench.agent(component);
      const other = await bench.bench.agent(component);
      const bound = (await one.ask({
        do: "bind",
        processes: [{ name: "sleep", exe: "/usr/bin/sleep" }],
        process: "sleep",
        volume: undefined,
        path: "",
      })) as { readonly netns: string; readonly process: { readonly name: string; readonly pid: number; readonly startTicks: string } };
      const place = { component: "place", process: "sleep" };
      const armed = armedChange(
        "s1",
        { op: "process.stop", at: place },
        { op: "process.continue", at: place },
        { holdMs: 60_000, leaseMs: 60_000 },
        identity("place", bound.netns, {}, bound),
      );
      await one.ask({ do: "arm", armed, table });
      await one.fire("s1", bench.now() + 20);
      const state = async (): Promise<string> =>
        JSON.stringify(await other.ask({ do: "digest", processes: [{ name: "sleep", exe: "sleep" }] }));
      expect(await state())
        .to.match(/"stopped, /u)
        .and.not.include("not stopped");
      if (way === "its input ends") one.hangUp();
      else one.fallSilent();
      await eventually("the process to go on", 12_000, async () => (await state()).includes("not stopped"));
      await eventually("the agent to exit", 5_000, async () => !(await one.container.inspect()).State.Running);
    });
  }
});
