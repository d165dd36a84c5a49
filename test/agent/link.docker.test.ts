// Links that go down and rates that are limited in real containers: the effect, the exact state after, and who undoes when the agent cannot.
import { expect } from "chai";
import { calmLines, disturbLines } from "../../src/agent/netem-text.ts";
import { loadPlan } from "../../src/commands/load-plan.ts";
import { difference } from "../../src/model/digest.ts";
import type { Disturbance, Op } from "../../src/model/op.ts";
import { lacks } from "../../src/plan/facts.ts";
import { eventually, type TestAgent } from "./agent-container.ts";
import { LinkBench, place } from "./link-bench.ts";

const down: Op = { op: "link.down", ...place };
const up: Op = { op: "link.up", ...place };
const limit: Op = { op: "rate.limit", ...place, bitsPerSecond: 1_000_000 };
const restore: Op = { op: "rate.restore", ...place };
const disturb: Op = {
  op: "packets.disturb",
  ...place,
  to: [{ component: "peer" }],
  disturbance: { kind: "delay", delayMs: 100, spreadMs: 0 },
};
const settle: Op = { op: "packets.settle", ...place };

describe("the link of a component", function () {
  this.timeout(120_000);
  let bench: LinkBench;
  beforeEach(async () => {
    bench = await LinkBench.open();
  });
  afterEach(async () => await bench.close());
  const needNetem = (running: Mocha.Context): void => {
    const why = lacks("netem", bench.bench.facts)?.message;
    if (why === undefined) return;
    if (running.test) running.test.title += ` (${why})`;
    running.skip();
  };

  for (const [name, apply, undo, key] of [
    ["down", down, up, "links"],
    ["limited", limit, restore, "qdiscs"],
    ["disturbed", disturb, settle, "qdiscs"],
  ] as const) {
    const needs = (running: Mocha.Context): void => {
      if (apply === disturb) needNetem(running);
    };
    it(`is as it was after the undo, with routes of every table, neighbours and queue: ${name}`, async function () {
      needs(this);
      const before = await bench.digest();
      await bench.armed("c1", apply, undo);
      expect(difference(before, await bench.digest()), "after arming").to.deep.equal([]);
      await bench.agent.fire("c1", bench.bench.now() + 20);
      const during = difference(before, await bench.digest()).map((one) => one.key);
      expect(during).to.include(key);
      if (name === "down") expect(during).to.include.members(["routes", "neighbours"]);
      await bench.agent.ask({ do: "undo", change: "c1" });
      expect(difference(before, await bench.digest())).to.deep.equal([]);
      await bench.agent.ask({ do: "undo", change: "c1" });
      await bench.agent.ask({ do: "disarm" });
      expect(difference(before, await bench.digest())).to.deep.equal([]);
    });

    for (const [how, end] of [
      ["was told to", async (standby: TestAgent) => void (await standby.ask({ do: "undo", change: "c1" }))],
      ["lost the harness", async (standby: TestAgent) => standby.hangUp()],
      ["heard nothing any more", async (standby: TestAgent) => standby.fallSilent()],
      ["saw the lease end", async () => undefined],
    ] as const)
      it(`is as it was after the agent was killed and its standby ${how}: ${name}`, async function () {
        needs(this);
        const before = await bench.digest();
        const armed = await bench.armed("c1", apply, undo, how === "saw the lease end" ? 1_500 : undefined);
        await bench.standby.ask({ do: "hold", armed, forMs: armed.change.leaseMs });
        expect(difference(before, await bench.digest()), "held and not fired").to.deep.equal([]);
        await bench.agent.fire("c1", bench.bench.now() + 20);
        bench.agent.fallSilent();
        await bench.agent.container.kill({ signal: "SIGKILL" });
        await eventually("the agent to end", 5_000, async () => !(await bench.agent.container.inspect()).State.Running);
        expect(difference(before, await bench.digest()).map((one) => one.key)).to.include(key);
        await end(bench.standby);
        await eventually("the state before", 12_000, async () => difference(before, await bench.digest()).length === 0);
      });

    it(`is left alone by a standby that was told that it ended: ${name}`, async function () {
      needs(this);
      const armed = await bench.armed("c1", apply, undo);
      await bench.standby.ask({ do: "hold", armed, forMs: armed.change.leaseMs });
      await bench.standby.ask({ do: "release", change: "c1" });
      await bench.agent.fire("c1", bench.bench.now() + 20);
      const during = await bench.digest();
      await bench.standby.ask({ do: "disarm" });
      expect(difference(during, await bench.digest())).to.deep.equal([]);
    });

    it(`is as it was after the lease: ${name}`, async function () {
      needs(this);
      const before = await bench.digest();
      await bench.armed("c1", apply, undo, 700);
      await bench.agent.fire("c1", bench.bench.now() + 20);
      expect(difference(before, await bench.digest()).map((one) => one.key)).to.include(key);
      await eventually("the state before", 5_000, async () => difference(before, await bench.digest()).length === 0);
    });
  }

  it("is not loopback's", async () => {
    expect(await bench.bind("127.0.0.1").then(() => "bound", String)).to.include("an address of the loopback interface");
  });

  it("is not limited where somebody else's queue is, before arming or after", async () => {
    await bench.armed("c1", limit, restore);
    await bench.watcher.run(["tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "pfifo", "limit", "33"]);
    expect(await bench.agent.fire("c1", bench.bench.now()).then(String, String)).to.include("somebody else has given eth0 a queue");
    await bench.watcher.run(["ip", "link", "set", "dev", "eth0", "txqueuelen", "0"]);
    const before = await bench.digest();
    expect(await bench.agent.fire("c1", bench.bench.now()).then(String, String)).to.match(/no queue of ours on eth0: .*(flag|NLM_F)/u);
    expect(await bench.armed("c2", limit, restore).then(() => "armed", String)).to.include("a queue of somebody's own (pfifo 1:)");
    await bench.agent.ask({ do: "disarm" });
    expect(difference(before, await bench.digest())).to.deep.equal([]);
  });

  it("is not disturbed where somebody else's queue is, before arming or after", async function () {
    needNetem(this);
    await bench.armed("c1", disturb, settle);
    await bench.watcher.run(["tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "pfifo", "limit", "33"]);
    expect(await bench.agent.fire("c1", bench.bench.now()).then(String, String)).to.include("somebody else has given eth0 a queue");
    await bench.watcher.run(["ip", "link", "set", "dev", "eth0", "txqueuelen", "0"]);
    const before = await bench.digest();
    expect(await bench.agent.fire("c1", bench.bench.now()).then(String, String)).to.match(/no queue of ours on eth0: .*(flag|NLM_F)/u);
    expect(await bench.armed("c2", disturb, settle).then(() => "armed", String)).to.include("a queue of somebody's own (pfifo 1:)");
    await bench.agent.ask({ do: "disarm" });
    expect(difference(before, await bench.digest())).to.deep.equal([]);
  });

  it("is disturbed in words that the toolbox's tc understands: what is refused, the kernel refuses", async () => {
    const disturbances: readonly Disturbance[] = [
      { kind: "delay", delayMs: 100, spreadMs: 0 },
      { kind: "delay", delayMs: 20, spreadMs: 80.5 },
      { kind: "duplicate", percent: 12.5 },
      { kind: "reorder", percent: 33.3, delayMs: 60 },
    ];
    // What tc itself does not understand it never asks the kernel.
    const kernels = /Error: [^\n]*(qdisc|kind|classifier)/iu;
    expect((await bench.watcher.tried(["tc", "qdisc", "add", "dev", "eth0", "root", "netem", "reorder", "50%"])).said).not.to.match(
      kernels,
    );
    for (const disturbance of disturbances)
      for (const line of [...disturbLines("eth0", disturbance, [bench.address], 61_001), ...calmLines("eth0")]) {
        const { exitCode, said } = await bench.watcher.tried(["tc", ...line.split(" ")]);
        if (exitCode !== 0) expect(said, line).to.match(kernels);
      }
  });

  it("is not disturbed where the kernel has no netem: plan says so, and an agent that is told all the same takes back what it did", async function () {
    if (bench.bench.facts.netem !== false) this.skip();
    const planned = await loadPlan("experiments/echo/far-user.yaml", bench.bench.facts);
    expect(planned.ok ? "planned" : planned.lacks).to.contain("this kernel has no queue netem");
    const before = await bench.digest();
    await bench.armed("c1", disturb, settle);
    expect(await bench.agent.fire("c1", bench.bench.now() + 20).then(String, String)).to.match(/qdisc kind is unknown/iu);
    await bench.agent.ask({ do: "disarm" });
    expect(difference(before, await bench.digest())).to.deep.equal([]);
  });

  it("is not taken down where the interface is another one by now", async () => {
    await bench.armed("c1", down, up);
    await bench.watcher.run(["ip", "link", "set", "dev", "eth0", "address", "02:00:00:00:00:99"]);
    expect(await bench.agent.fire("c1", bench.bench.now()).then(String, String)).to.match(/eth0 is "\d+ 02:00:00:00:00:99", armed was/u);
  });
});
