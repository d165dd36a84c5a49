// A stack from a Compose file on real containers: started as the file says, isolated like every target, and touched nowhere but where its target allows it.
import { expect } from "chai";
import { readTarget } from "../../../src/files/read.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import { execute } from "../../../src/drivers/docker/exec.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import type { Change, Traffic } from "../../../src/model/op.ts";
import { monotonicClock } from "../../../src/run/clock.ts";
import { contractPlan } from "../contract-plans.ts";
import { type DriverBench, openBench } from "./bench.ts";

const loaded = readTarget("test/drivers/docker/composed/target.yaml");
if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
const { stack } = loaded.target;

const cut = (component: string, from: string, network: string): Change => {
  const at = { component };
  const traffic: Traffic = { from: { component: from }, network, protocol: "any", flows: "all", action: "drop", percent: 100 };
  return {
    id: "c1",
    fault: 0,
    apply: { op: "packets.block", at, traffic },
    undo: { op: "packets.pass", at, traffic },
    holder: "kernel",
    startMs: 0,
    endMs: 1_000,
    leaseMs: 20_000,
  };
};

const ask = (host: string, port = 7_000): readonly string[] => [
  "/usr/local/bin/node",
  "-e",
  `const s=require("node:net").connect({host:${JSON.stringify(host)},port:${port},timeout:2000});s.on("error",(e)=>console.log(e.code));s.on("timeout",()=>{console.log("timeout");s.destroy()});s.on("data",(d)=>console.log(String(d)))`,
];

describe("a stack from a Compose file", function () {
  this.timeout(120_000);
  let bench: DriverBench;
  const clock = monotonicClock();
  const id = (name: string): string => `pf-${bench.name}-${name}`;
  const inside = async (name: string, argv: readonly string[]): Promise<string> =>
    (await execute(bench.engine, id(name), argv, 10_000)).output.trim();
  const world = () => bench.session.world({ id: "run", originNs: clock.originNs });
  let running: ReturnType<typeof world>;
  before(async () => {
    bench = await openBench(true);
    running = world();
    await running.start(stack, () => undefined);
  });
  after(async () => {
    await bench.session.close();
    expect(await findOurs(bench.engine, bench.name)).to.deep.equal([]);
  });

  it("runs the file's words as its user, in its folder, with its name, variables and copied files", async () => {
    expect(JSON.parse(await inside("user", ask("front")))).to.deep.equal({
      hostname: "front.example",
      said: ["said", "in two words"],
      greeting: "hello you",
      at: "/srv",
      user: 65_534,
      words: "a folder's file",
    });
  });

  it("starts a service after those that must be healthy first", async () => {
    const startedAt = async (name: string) => Date.parse((await bench.engine.docker.getContainer(id(name)).inspect()).State.StartedAt);
    const front = await startedAt("front");
    for (const store of ["my-store-1", "my-store-2"]) expect(front - (await startedAt(store))).to.be.at.least(1_000);
  });

  it("gives every name of the file, to each replica that has it, and only where a network is shared", async () => {
    for (const name of ["front", "www", "the-front"]) expect(await inside("user", ask(name)), name).to.include("front.example");
    const both = (await inside("front", ["getent", "ahostsv4", "my_store"])).split("\n").map((line) => line.split(" ")[0]);
    expect(new Set(both).size).to.equal(2);
    expect(await inside("front", ask("my_store"))).to.include("my-store-");
    expect(await inside("user", ask("my_store"))).to.be.oneOf(["ENOTFOUND", "EAI_AGAIN"]);
    expect(await inside("my-store-1", ask("www"))).to.be.oneOf(["ENOTFOUND", "EAI_AGAIN"]);
  });

  it("publishes nothing and has no way out of the machine", async () => {
    const { HostConfig: host } = await bench.engine.docker.getContainer(id("front")).inspect();
    expect(host).to.include({ Privileged: false });
    expect([host.PortBindings ?? {}, host.Binds ?? []]).to.deep.equal([{}, []]);
    for (const name of ["front", "my-store-1", "user"]) {
      expect(await inside(name, ["ip", "route", "show", "default"]), name).to.equal("");
      expect(await inside(name, ask("192.0.2.1", 80)), name).to.equal("ENETUNREACH");
    }
  });

  it("refuses at arm what the target does not allow, whoever planned it", async () => {
    const armed = running.arm(contractPlan({ ...stack, allow: undefined }, [cut("my-store-1", "front", "inner")], [])).then(
      () => "armed",
      (error: unknown) => String(error),
    );
    expect(await armed).to.contain("my-store-1 is not among those that the target lists under `allow`");
    await running.disarm();
  });

  it("is as it was after a fault on what is allowed, and neither its neighbours nor a foreign container were touched", async () => {
    const image = (await bench.engine.docker.getContainer(id("front")).inspect()).Image;
    const bystander = await bench.engine.docker.createContainer({
      Image: image,
      Entrypoint: ["sleep", "300"],
      HostConfig: { NetworkMode: "none" },
    });
    try {
      await bystander.start();
      const state = async () => (await bystander.inspect()).State;
      const [before, foreign] = [await running.digest(), await state()];
      await running.arm(contractPlan(stack, [cut("front", "user", "outer")], []));
      expect(await running.fire("c1", clock.now() + 50)).to.include({ answer: "done" });
      const during = await running.digest();
      const changed = Object.keys(during).filter((key) => during[key] !== before[key]);
      expect(changed).not.to.deep.equal([]);
      expect(changed.filter((key) => !key.startsWith("front/"))).to.deep.equal([]);
      expect(await inside("user", ask("front"))).to.equal("timeout");
      expect(await running.undo("c1")).to.include({ answer: "done" });
      await running.disarm();
      expect(await inside("user", ask("front"))).to.include("front.example");
      expect([await running.digest(), await state()]).to.deep.equal([before, foreign]);
    } finally {
      await bystander.remove({ force: true });
    }
  });
});
