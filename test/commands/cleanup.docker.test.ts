// `planefault cleanup` after a harness that was killed in the middle of its faults, beside a run that goes on.
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectEngine, type Engine, poll } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { type Found, findOurs } from "../../src/drivers/docker/sweep.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import { provideTiny, tinyFile } from "../docker/tiny.ts";
import { call, Program } from "./program.ts";

describe("planefault cleanup", function () {
  this.timeout(180_000);
  let engine: Engine;
  let folder = "";
  const programs: Program[] = [];
  before(async function () {
    this.timeout(20 * 60_000);
    await provideTiny();
    engine = await connectEngine();
    folder = await mkdtemp(join(tmpdir(), "planefault-cleanup-"));
  });
  after(async () => {
    for (const program of programs) {
      program.child.kill("SIGKILL");
      await program.end();
    }
    await call(["cleanup"]);
    await rm(folder, { recursive: true });
  });

  const start = (name: string): Program => {
    const program = new Program(["run", tinyFile(name), "--reports", join(folder, name)]);
    programs.push(program);
    return program;
  };
  const of = async ({ child }: Program): Promise<readonly Found[]> =>
    (await findOurs(engine)).filter((one) => one.labels[label.owner]?.startsWith(`${child.pid}:`));
  /** Agents, vantages and keeper that still run. */
  const helpers = async (program: Program): Promise<readonly string[]> => {
    const found = (await of(program)).filter((one) => one.what === "container" && one.labels[label.kind] !== "component");
    const states = await Promise.all(
      found.map(async ({ id, name }) => ((await engine.docker.getContainer(id).inspect()).State.Running ? [name] : [])),
    );
    return states.flat();
  };

  it("removes what a killed harness left, leaves a run beside it alone, and may be called any number of times", async () => {
    const killed = start("three");
    await killed.says(/hold \(/u, 90_000);
    expect(await helpers(killed)).not.to.deep.equal([]);
    killed.child.kill("SIGKILL");
    expect(await killed.end()).to.equal("SIGKILL");
    // The faults end by themselves: whoever held them has undone them before it ends.
    await poll(
      30_000,
      500,
      async () => ((await helpers(killed)).length === 0 ? true : undefined),
      async () => new PlanefaultError("deadline", `still run: ${(await helpers(killed)).join(", ")}`),
    );
    expect((await of(killed)).map(({ what }) => what)).to.include.members(["container", "network", "volume"]);

    const beside = start("nothing");
    await beside.says(/baseline \(/u, 90_000);
    const held = (await of(beside)).length;
    const { code, output } = await call(["cleanup"]);
    expect(code, output).to.equal(0);
    expect(await of(killed), output).to.deep.equal([]);
    expect(output).to.contain("alone: its harness");
    expect((await of(beside)).length).to.equal(held);
    expect(await beside.end(90_000), beside.output).to.be.oneOf([0, 3]);
    expect(await of(beside)).to.deep.equal([]);

    const again = await call(["cleanup"]);
    expect([again.code, again.output.includes("removed")], again.output).to.deep.equal([0, false]);
  });

  it("takes a session by its name, though its harness lives", async () => {
    const program = start("nothing");
    await program.says(/baseline \(/u, 90_000);
    const session = (await of(program))[0]?.labels[label.session] ?? "";
    const { code, output } = await call(["cleanup", "--session", session]);
    expect(code, output).to.equal(0);
    expect(
      (await findOurs(engine, session)).filter(({ what }) => what === "container"),
      output,
    ).to.deep.equal([]);
    expect(await program.end(90_000), program.output).to.be.oneOf([3, 4, 5]);
  });
});
