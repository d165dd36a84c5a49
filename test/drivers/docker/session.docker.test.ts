// What a session promises besides the World contract: isolation, names, clean ends whatever happens, and cleanup after a crash.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cleanup } from "../../../src/commands/cleanup.ts";
import { poll } from "../../../src/drivers/docker/engine.ts";
import { execute } from "../../../src/drivers/docker/exec.ts";
import { currentOwner, label, labelsOf } from "../../../src/drivers/docker/labels.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import { PlanefaultError } from "../../../src/model/error.ts";
import type { Change } from "../../../src/model/op.ts";
import { monotonicClock } from "../../../src/run/clock.ts";
import { contractPlan, disk } from "../contract-plans.ts";
import { type DriverBench, openBench } from "./bench.ts";
import { component, pair, seven } from "./stacks.ts";

/** A run that fires one change and goes no further. `before` is what the keeper is told to restore. */
async function fired({ session }: DriverBench, change: Change, before = ""): Promise<void> {
  const clock = monotonicClock();
  const world = session.world({ id: "one", originNs: clock.originNs });
  await world.start(pair, () => undefined);
  const [armed] = await world.arm(contractPlan(pair, [change], []));
  Object.assign(armed?.at.limit ?? {}, { before });
  await world.lease(change.id);
  expect(await world.fire(change.id, clock.now() + 50)).to.include({ answer: "done" });
}

/** What is there of the keeper. */
const keeping = async ({ engine, name }: DriverBench): Promise<readonly string[]> =>
  (await findOurs(engine, name)).filter((one) => /-(keeper|ledger)$/u.test(one.name)).map((one) => `${one.what} ${one.name}`);

const connectTo = (host: string, port: number): readonly string[] => [
  "/usr/local/bin/node",
  "-e",
  `const s=require("node:net").connect({host:${JSON.stringify(host)},port:${port},autoSelectFamily:false,timeout:3000});s.on("error",(e)=>console.log(e.code));s.on("timeout",()=>{console.log("timeout");s.destroy()});s.on("data",(d)=>console.log(String(d)))`,
];

describe("a Docker session", function () {
  this.timeout(120_000);
  let bench: DriverBench;
  const world = () => bench.session.world({ id: "run", originNs: monotonicClock().originNs });
  const id = (name: string): string => `pf-${bench.name}-${name}`;
  beforeEach(async () => {
    bench = await openBench(false);
  });
  afterEach(async () => {
    await bench.session.close();
    expect(await findOurs(bench.engine, bench.name)).to.deep.equal([]);
  });

  it("puts each component into exactly its networks, with no way out of the machine, and gives it the names of its neighbours", async () => {
    await world().start(pair, () => undefined);
    const networks = async (name: string) =>
      Object.keys((await bench.engine.docker.getContainer(id(name)).inspect()).NetworkSettings.Networks).toSorted();
    expect(await networks("server")).to.deep.equal([id("control"), id("data")]);
    expect(await networks("store")).to.deep.equal([id("control")]);
    expect(await networks("user")).to.deep.equal([id("data")]);
    for (const name of ["server", "store", "user"]) {
      const routes = await execute(bench.engine, id(name), ["ip", "route", "show", "default"], 10_000);
      expect(routes.output, name).to.equal("");
      const outside = await execute(bench.engine, id(name), connectTo("192.0.2.1", 80), 10_000);
      expect(outside.output.trim(), name).to.equal("ENETUNREACH");
    }
    const near = async (from: string, host: string) => (await execute(bench.engine, id(from), connectTo(host, 7000), 10_000)).output.trim();
    expect(await near("user", "server")).to.equal("hello server");
    expect(await near("store", "server.control")).to.equal("hello server");
    expect(await near("user", "store")).to.be.oneOf(["ENOTFOUND", "EAI_AGAIN"]);
  });

  it("gives components no privileges, and the public key of the session", async () => {
    await world().start(pair, () => undefined);
    const { HostConfig: host } = await bench.engine.docker.getContainer(id("server")).inspect();
    expect(host).to.include({ Privileged: false, Init: true });
    expect(host.CapDrop).to.deep.equal(["ALL"]);
    expect(host.SecurityOpt).to.include("no-new-privileges");
    expect((await execute(bench.engine, id("server"), ["cat", "/etc/planefault/authorized_keys"], 10_000)).output).to.match(
      /^ssh-ed25519 /u,
    );
  });

  it("starts five components and two vantages within 15 s, and ends within 8 s", async () => {
    const from = performance.now();
    await world().start(seven, () => undefined);
    const up = performance.now();
    await bench.session.close();
    expect(up - from).to.be.below(15_000);
    expect(performance.now() - up).to.be.below(8_000);
  });

  it("says the last words of a component that dies, and leaves nothing of the others", async () => {
    const broken = {
      ...pair,
      components: [
        ...pair.components,
        component("broken", {
          command: ["/usr/local/bin/node", "-e", 'console.log("no such disk");setTimeout(()=>process.exit(3),700)'],
          healthcheck: { test: ["CMD", "false"], intervalMs: 200, timeoutMs: 1_000, retries: 50 },
        }),
      ],
    };
    const error = await world()
      .start(broken, () => undefined)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(String(error)).to.contain("exit code 3").and.contain("no such disk");
  });

  it("can be closed while its target starts", async () => {
    const starting = world()
      .start(seven, () => undefined)
      .then(
        () => "started",
        () => "stopped",
      );
    await poll(
      30_000,
      20,
      async () => ((await findOurs(bench.engine, bench.name)).some(({ what }) => what === "container") ? true : undefined),
      async () => new PlanefaultError("deadline", "waited 30000 ms for the first container of the target"),
    );
    await bench.session.close();
    expect(await starting).to.equal("stopped");
  });

  it("starts a new target where the old one is not as it was", async () => {
    const steps: string[] = [];
    const kept = await openBench(true);
    try {
      await kept.session.world({ id: "one", originNs: monotonicClock().originNs }).start(pair, () => undefined);
      const agent = bench.engine.docker.getContainer(`pf-${kept.name}-store-agent`);
      await execute(bench.engine, agent.id, ["ip", "address", "add", "10.9.9.9/32", "dev", "lo"], 10_000);
      await kept.session.world({ id: "two", originNs: monotonicClock().originNs }).start(pair, (step) => void steps.push(step));
      expect(steps[0]).to.contain("store/links is not as it was");
    } finally {
      await kept.session.close();
    }
  });

  it("starts a new target where the keeper holds a lease of an earlier run", async () => {
    const steps: string[] = [];
    const kept = await openBench(true);
    try {
      await fired(kept, disk);
      await kept.session.world({ id: "two", originNs: monotonicClock().originNs }).start(pair, (step) => void steps.push(step));
      expect(steps[0]).to.contain("the keeper holds a lease of an earlier run");
    } finally {
      await kept.session.close();
    }
  });

  it("leaves the components of a run, and the keeper goes where it has undone what was leased", async () => {
    const kept = await openBench(true);
    try {
      await fired(kept, disk);
      expect((await kept.session.leave()).toSorted()).to.deep.equal([`pf-${kept.name}-server`, `pf-${kept.name}-store`]);
      expect(await keeping(kept)).to.deep.equal([]);
    } finally {
      await kept.session.close();
    }
  });

  it("leaves the keeper too while it cannot prove that all was undone, and cleanup finds it", async () => {
    const kept = await openBench(true);
    try {
      await fired(kept, disk, "nonsense");
      const error = await kept.session.leave().catch((reason: unknown) => reason);
      expect(String(error)).to.contain("a change may still act on it: the keeper stays");
      expect(await keeping(kept)).to.deep.equal([`container pf-${kept.name}-keeper`, `volume pf-${kept.name}-ledger`]);
      const { State: state } = await bench.engine.docker.getContainer(`pf-${kept.name}-keeper`).inspect();
      expect(state.Running).to.equal(true);
      const { removed, errors } = await cleanup({ session: kept.name });
      expect(errors).to.deep.equal([]);
      expect(removed.map(({ name }) => name)).to.include.members([`pf-${kept.name}-keeper`, `pf-${kept.name}-ledger`]);
    } finally {
      await kept.session.close();
    }
  });

  it("undoes limits, stops and links by agent and keeper when its harness is killed, and cleanup takes the rest", async () => {
    const doomed = spawn(process.execPath, ["--conditions=planefault-source", `${import.meta.dirname}/doomed.ts`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [first] = (await once(doomed.stdout, "data")) as [Buffer];
    const [session = "", pid] = String(first).trim().split(" ");
    const store = `pf-${session}-store`;
    const state = async () => {
      const limit = await execute(
        bench.engine,
        store,
        ["cat", "/sys/fs/cgroup/blkio/planefault-store/blkio.throttle.write_iops_device"],
        10_000,
      );
      const stat = await execute(bench.engine, store, ["cat", `/proc/${pid}/stat`], 10_000);
      const links = await execute(bench.engine, `pf-${session}-server`, ["ip", "-o", "link", "show"], 10_000);
      return `${links.output.includes("state DOWN") ? "down" : "up"} ${stat.output.split(" ")[2]} ${limit.output.trim()}`;
    };
    try {
      expect(await state()).to.match(/^down T \d+:\d+ 37$/u);
      doomed.kill("SIGKILL");
      await poll(
        8_000,
        100,
        async () => ((await state()) === "up S " ? true : undefined),
        async () => new PlanefaultError("deadline", `the state is still "${await state()}"`),
      );
    } finally {
      doomed.kill("SIGKILL");
      expect((await cleanup({ session })).errors).to.deep.equal([]);
    }
    expect(await findOurs(bench.engine, session)).to.deep.equal([]);
  });

  it("is cleaned up by label once its harness is gone, and not before", async () => {
    const { docker } = bench.engine;
    const owner = { [label.owner]: currentOwner().replace(/^\d+/u, "4194305") };
    const made = `crashed-${bench.name}`;
    await docker.createVolume({ Name: `pf-${made}-ledger`, Labels: { ...labelsOf(made, "r", "volume", "ledger"), ...owner } });
    await docker.createVolume({ Name: `pf-${bench.name}-live`, Labels: labelsOf(bench.name, "r", "volume", "live") });
    const dry = await cleanup({ dryRun: true });
    expect(dry.wouldRemove.map(({ name }) => name))
      .to.include(`pf-${made}-ledger`)
      .and.not.include(`pf-${bench.name}-live`);
    const report = await cleanup({ session: made });
    expect(report).to.deep.equal({
      removed: [{ what: "volume", name: `pf-${made}-ledger`, session: made }],
      wouldRemove: [],
      skipped: [],
      errors: [],
    });
    expect((await cleanup({ session: made })).removed).to.deep.equal([]);
  });
});
