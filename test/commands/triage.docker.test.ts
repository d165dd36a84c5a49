// `triage` and `observe` on real containers: what is blocked or stopped is named, a running experiment is not disturbed, a killed harness is no obstacle, and nothing is left behind.
import { expect } from "chai";
import { openDockerSession, type DockerSession } from "../../src/drivers/docker/session.ts";
import { connectEngine, type Engine, poll } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { type Found, findOurs } from "../../src/drivers/docker/sweep.ts";
import { readDefinedExperiment } from "../../src/files/read.ts";
import { difference } from "../../src/model/digest.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { World } from "../../src/model/world.ts";
import { plan } from "../../src/plan/plan.ts";
import { newRunId } from "../../src/commands/run-folder.ts";
import { monotonicClock } from "../../src/run/clock.ts";
import { provideTiny, type Tiny } from "../docker/tiny.ts";
import { call, Program } from "./program.ts";

const target = "test/targets/tiny/target.yaml";

interface Said {
  readonly session: string;
  readonly watchOnly: boolean;
  readonly tookMs: number;
  readonly planes: readonly {
    readonly plane: string;
    readonly answer: string;
    readonly instances: readonly { readonly instance: string; readonly ok: number; readonly samples: number; readonly why?: string }[];
  }[];
}

/** What an answer rests on, without the counts: "get: late". */
const evidence = ({ planes }: Said): readonly string[] =>
  planes.flatMap(({ instances }) => instances.filter(({ ok, samples }) => ok < samples).map(({ instance, why }) => `${instance}: ${why}`));

let tiny: Tiny;
let engine: Engine;
async function getReady(): Promise<void> {
  tiny = await provideTiny();
  engine = await connectEngine();
}

/** Whatever the engine holds that this process of ours made. */
const madeBy = async ({ child }: Program): Promise<readonly Found[]> =>
  (await findOurs(engine)).filter((one) => one.labels[label.owner]?.startsWith(`${child.pid}:`));
const gone = (program: Program): Promise<boolean> =>
  poll(
    20_000,
    200,
    async () => ((await madeBy(program)).length === 0 ? true : undefined),
    async () => new PlanefaultError("deadline", `left: ${(await madeBy(program)).map(({ name }) => name).join(", ")}`),
  );
/** Asks until it answers so, since a busy machine may be slow by itself; each call leaves nothing behind. */
const answers = async (session: string, wanted: readonly string[]): Promise<Said> => {
  let last = "";
  return poll(
    60_000,
    100,
    async () => {
      const program = new Program(["triage", target, "--session", session, "--json"]);
      const code = await program.end();
      expect(await gone(program)).to.equal(true);
      last = `${code} ${program.output}`;
      const line = program.output.split("\n").find((one) => one.startsWith("{"));
      if (line === undefined) throw new Error(last);
      const said = JSON.parse(line) as Said;
      if (said.planes.map(({ answer }) => answer).join() !== wanted.join()) return undefined;
      expect(code).to.equal(wanted.every((answer) => answer === "yes") ? 0 : 1);
      console.log(`      answered ${wanted.join(", ")} in ${said.tookMs} ms`);
      return said;
    },
    async () => new PlanefaultError("deadline", `waited for ${wanted.join(", ")}; it said: ${last}`),
  );
};

describe("a target under a harness that lives", function () {
  this.timeout(180_000);
  let session: DockerSession | undefined;
  let world: World;
  let id = "";
  const clock = monotonicClock();
  before(async function () {
    this.timeout(20 * 60_000);
    await getReady();
    id = newRunId(Date.now(), Math.random);
    const images = { toolbox: tiny.toolbox, of: (build: string) => tiny.provided.image(planned().stack.folder, build) };
    session = await openDockerSession({ images, agentFolder: tiny.agentFolder, keep: true, session: id });
    world = session.world({ id, originNs: clock.originNs, seed: 1 });
    await world.start(planned().stack, () => undefined);
  });
  after(() => session?.close());

  /** Only users are kept from port 8080, by their address; the clerk stands still. */
  const planned = (): Plan => {
    const source = {
      version: 1,
      title: "two faults",
      target,
      phases: { baseline: "1s", fault: "60s", recovery: "1s" },
      faults: [
        { kind: "port.block", on: "tiny", port: 8_080, from: "user" },
        { kind: "process.pause", on: "tiny/clerk" },
      ],
      predict: {},
    };
    const loaded = readDefinedExperiment(source, "two faults", process.cwd());
    const made = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
    if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join());
    return made.plan;
  };

  it("is asked beside an experiment, sees the faults as its vantages do, and changes nothing", async () => {
    const before = await world.digest();
    await world.arm(planned());
    await world.observe(() => undefined);
    expect((await answers(id, ["yes", "yes", "yes"])).watchOnly).to.equal(true);
    for (const { id: change } of planned().changes) {
      await world.lease(change);
      expect((await world.fire(change, clock.now())).answer).to.equal("done");
    }
    const said = await answers(id, ["no", "no", "yes"]);
    expect(evidence(said).map((line) => line.split(":")[0])).to.deep.equal(["get", "ask-clerk"]);
    for (const { instances } of said.planes) for (const { samples } of instances) expect(samples).to.be.at.least(2);
    for (const { id: change } of planned().changes.toReversed()) {
      expect((await world.undo(change)).answer).to.equal("done");
      await world.release(change);
    }
    await answers(id, ["yes", "yes", "yes"]);
    await world.stopObserving();
    await world.disarm();
    expect(difference(before, await world.digest())).to.deep.equal([]);
  });

  it("keeps nothing of a triage that is killed while it looks", async () => {
    const program = new Program(["triage", target, "--session", id]);
    const looking = async (): Promise<number> => {
      const found = await madeBy(program);
      // One may vanish between the list and the look at it.
      const guests = await Promise.all(
        found.map(({ id: guest }) =>
          engine.docker
            .getContainer(guest)
            .inspect()
            .catch(() => undefined),
        ),
      );
      return guests.filter((guest) => guest?.State.Running).length;
    };
    await poll(
      30_000,
      50,
      async () => ((await looking()) === planned().stack.vantages.length ? true : undefined),
      async () => new PlanefaultError("deadline", `waited for the guests; it said: ${program.output}`),
    );
    program.child.kill("SIGKILL");
    expect(await program.end()).to.equal("SIGKILL");
    expect(await gone(program)).to.equal(true);
  });

  it("is watched by observe as it is, and goes on", async () => {
    const program = new Program(["observe", target, "--for", "2s"]);
    expect(await program.end(), program.output).to.equal(0);
    expect(program.output).to.contain("already, and will go on").and.to.contain("tiny: traffic flows:");
    expect(await gone(program)).to.equal(true);
    await answers(id, ["yes", "yes", "yes"]);
  });
});

describe("a target under observe", function () {
  this.timeout(180_000);
  before(async function () {
    this.timeout(20 * 60_000);
    await getReady();
  });

  it("is stopped by its time with nothing left, and streams what it saw", async () => {
    const program = new Program(["observe", target, "--for", "2s", "--json"]);
    expect(await program.end(), program.output).to.equal(0);
    expect(program.output).to.contain('{"type":"samples"').and.not.to.contain('{"type":"fired"');
    expect(await madeBy(program)).to.deep.equal([]);
  });

  it("is stopped by Ctrl-C with 0 and nothing left", async () => {
    const program = new Program(["observe", target]);
    await program.says(/watching tiny/u, 90_000);
    program.child.kill("SIGINT");
    expect(await program.end(), program.output).to.equal(0);
    expect(await madeBy(program)).to.deep.equal([]);
  });

  it("answers triage when observe has been killed, and is ended by cleanup", async () => {
    const program = new Program(["observe", target]);
    await program.says(/watching tiny/u, 90_000);
    program.child.kill("SIGKILL");
    await program.end();
    const session = (await madeBy(program))[0]?.labels[label.session] ?? "";
    // Its agents write numbers until they miss its heartbeats, and a triage watches meanwhile.
    const filters = { label: [`${label.session}=${session}`, `${label.kind}=vantage`] };
    await poll(
      20_000,
      50,
      async () => ((await engine.docker.listContainers({ filters })).length === 0 ? true : undefined),
      async () => new PlanefaultError("deadline", "waited for the vantages to end"),
    );
    const said = await answers(session, ["yes", "yes", "yes"]);
    expect([said.session, said.watchOnly]).to.deep.equal([session, false]);
    const { code, output } = await call(["cleanup", "--session", session]);
    expect(code, output).to.equal(0);
    expect(await madeBy(program)).to.deep.equal([]);
    const none = await call(["triage", target, "--session", session]);
    // 2 where another of that name runs on this machine.
    expect(none.code, none.output).to.be.oneOf([2, 4]);
  });
});
