// A public Compose project (CC0-1.0, see targets/nginx-nodejs-redis), started as its Compose file says by somebody else: `init --compose --attach` writes a target for it, a person allows one service, and an experiment hits that.
import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initTarget } from "../../../src/commands/init-target.ts";
import { loadPlan } from "../../../src/commands/load-plan.ts";
import { run } from "../../../src/commands/run-experiment.ts";
import { connectEngine } from "../../../src/drivers/docker/engine.ts";
import { readTarget } from "../../../src/files/read.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import { buildsOf } from "../../../src/model/stack.ts";
import { ensure } from "../../../src/setup/ensure.ts";
import { type ForeignService, ForeignProject } from "./foreign-project.ts";

const experimentText = `version: 1
title: both servers are cut off from Redis; no visit is answered, and whoever operates Redis notices nothing
target: ./target.yaml
phases: { baseline: 5s, fault: 8s, recovery: 15s }
faults: [{ kind: net.partition, on: redis, from: [web1, web2], direction: in }]
predict:
  planes:
    data:
      - { probe: nginx, symptom: failing, within: 5s }
      - { probe: web1, symptom: failing, within: 5s }
      - { probe: web2, symptom: failing, within: 5s }
    management: unaffected
  recovery: { within: 12s }
`;

const answers = (url: string): readonly string[] => ["curl", "-fsS", "-o", "/dev/null", "-m", "2", url];

describe("a public Compose project that runs already", function () {
  this.timeout(15 * 60_000);
  let project: ForeignProject | undefined;
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-public-"));
    const loaded = readTarget("targets/nginx-nodejs-redis/target.yaml");
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
    const { stack } = loaded.target;
    const provided = await ensure(
      { engine: true, toolbox: true, agent: true, images: [{ folder: stack.folder, builds: buildsOf(stack) }] },
      () => undefined,
    );
    const ready: Readonly<Record<string, readonly string[]>> = {
      redis: ["redis-cli", "ping"],
      web1: ["grep", "-q", ":1388 ", "/proc/net/tcp6"],
      web2: ["grep", "-q", ":1388 ", "/proc/net/tcp6"],
      nginx: answers("http://127.0.0.1/"),
    };
    const services = Object.entries(ready).map(([name, argv]): ForeignService => {
      const build = stack.components.find((component) => component.name === name)?.build;
      if (build === undefined) throw new Error(`the project has no ${name}`);
      return { name, image: provided.image(stack.folder, build), ready: argv };
    });
    project = new ForeignProject(await connectEngine(), `pfpublic${process.pid}`);
    await project.up(services);
  });
  after(async () => {
    await project?.down();
    await rm(folder, { recursive: true, force: true });
  });

  it("is hit where its target allows it, judged, and as it was afterwards", async () => {
    if (!project) throw new Error("it did not start");
    const file = join(folder, "target.yaml");
    const options = { compose: "targets/nginx-nodejs-redis/project/compose.yaml", attach: project.name, out: file };
    expect(initTarget(options, () => undefined)).to.equal(0);
    const experiment = join(folder, "cut.yaml");
    await writeFile(experiment, experimentText);
    // Nobody may be hurt until a person says whom.
    const forbidden = await loadPlan(experiment);
    expect(forbidden.ok ? "planned" : forbidden.problems).to.match(
      /cut\.yaml:5:\d+ net\.partition would touch redis; the target allows no faults at all/u,
    );
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/^allow: \[\].*$/mu, "allow: [redis]"));
    const planned = await loadPlan(experiment);
    if (!planned.ok) throw new Error(planned.problems);
    const before = await project.engineState();
    const { verdict, exitCode, end } = await run(planned.plan, { reports: join(folder, "reports"), seed: 1 });
    expect(end.errors, JSON.stringify(end.errors)).to.deep.equal([]);
    expect([verdict.outcome, verdict.reason, exitCode]).to.deep.equal(["confirmed", verdict.reason, 0]);
    expect(JSON.stringify(await project.engineState())).to.equal(JSON.stringify(before));
    expect(await project.inside("redis", ["redis-cli", "ping"])).to.equal("PONG");
  });
});
