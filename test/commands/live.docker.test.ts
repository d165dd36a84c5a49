// A kept target: what stays, what `plan --live` sees of it with nothing but reads, and that `cleanup` ends it.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import { label } from "../../src/drivers/docker/labels.ts";
import { findOurs } from "../../src/drivers/docker/sweep.ts";
import { call } from "./program.ts";
import { RecordingProxy } from "./recording-proxy.ts";

describe("a kept target", function () {
  this.timeout(120_000);
  let folder = "";
  let said = "";
  let code: number | string = "";
  let session = "";

  before(async function () {
    this.timeout(20 * 60_000);
    folder = await mkdtemp(join(tmpdir(), "planefault-live-"));
    ({ code, output: said } = await call(["run", "--keep", "experiments/echo/nothing.yaml", "--reports", join(folder, "reports")], {}));
    session = /pf-([a-z0-9]+)-echo/u.exec(said)?.[1] ?? "";
  });
  after(async () => {
    await call(["cleanup", "--session", session]);
    await rm(folder, { recursive: true });
  });

  const ours = async (): Promise<readonly string[]> =>
    (await findOurs(await connectEngine(), session))
      .map((one) => `${one.what} ${one.labels[label.kind]} ${one.labels[label.name]}`)
      .toSorted();
  /** `plan --live` of an experiment, through a socket that keeps what goes over it. */
  const look = async (file: string) => {
    const socket = join(folder, "engine.sock");
    await using proxy = await RecordingProxy.open(socket);
    return { ...(await call(["plan", "--live", file], { DOCKER_HOST: `unix://${socket}` })), requests: [...proxy.requests] };
  };

  it("outlives the program, which says so; agents, vantages and keeper are gone", async () => {
    // The verdict is not what this is about: on a busy machine the baseline may not be steady.
    expect(code, said).to.be.oneOf([0, 3]);
    expect(said).to.contain(`target echo is kept: pf-${session}-dns, pf-${session}-echo`).and.to.contain("cleanup` ends it");
    expect(await ours()).to.deep.equal([
      "container component dns",
      "container component echo",
      "network network data",
      "network network mgmt",
    ]);
    const { State: state } = await (await connectEngine()).docker.getContainer(`pf-${session}-echo`).inspect();
    expect(state.Running).to.equal(true);
  });

  it("is found by plan --live: containers, addresses, namespaces and pids, by GET requests only", async () => {
    const file = join(folder, "pause.yaml");
    await writeFile(
      file,
      `version: 1
title: the server stands still, and the user's packets are lost
target: ${JSON.stringify(resolve("targets/echo/target.yaml"))}
phases: { baseline: 5s, fault: 8s, recovery: 6s }
faults: [{ kind: process.pause, on: echo/echo }, { kind: net.loss, on: echo, to: user, percent: 100 }]
predict: { planes: { data: [{ probe: get, symptom: failing, within: 3s }] } }
`,
    );
    const { code: exit, output, requests } = await look(file);
    expect(exit, output).to.equal(0);
    const { Id: id, State: state } = await (await connectEngine()).docker.getContainer(`pf-${session}-echo`).inspect();
    expect(output).to.contain(`target echo runs in session ${session}, kept or left behind`);
    expect(output).to.match(
      new RegExp(`echo/echo: container ${id.slice(0, 12)} .*running.* on data, .* on mgmt, .*echo has pid \\d+ on`, "u"),
    );
    expect(output).to.contain(`first process has pid ${state.Pid} on`);
    expect(output).to.match(/network namespace net:\[\d+\]/u);
    expect(output).to.contain("user: a vantage, which a run starts anew");
    expect(requests.filter((one) => one.includes("/containers/")).length).to.be.greaterThan(2);
    expect(requests.filter((one) => !one.startsWith("GET "))).to.deep.equal([]);
  });

  it("is another one than a variant's or another target's", async () => {
    const { code: exit, output, requests } = await look("experiments/etcd-app/read-through.yaml");
    expect(exit, output).to.equal(0);
    expect(output).not.to.contain(session);
    expect(requests.filter((one) => !one.startsWith("GET "))).to.deep.equal([]);
  });

  it("is ended by cleanup, first named and then done, and a second time there is nothing to do", async () => {
    const dry = await call(["cleanup", "--dry-run"]);
    expect(dry.output).to.contain(`would remove container pf-${session}-echo`);
    const { code: exit, output } = await call(["cleanup"]);
    expect(exit, output).to.equal(0);
    expect(output).to.contain(`removed container pf-${session}-echo`);
    expect(await ours()).to.deep.equal([]);
    expect((await call(["cleanup", "--session", session])).output).to.contain("nothing to clean up");
    expect((await look("experiments/echo/loss.yaml")).output).not.to.contain(session);
  });
});
