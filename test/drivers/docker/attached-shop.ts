// A project that somebody else runs, with the target file around it: what the tests of attached targets share.
import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enteredBy } from "../../../src/drivers/docker/entered.ts";
import { powersOf } from "../../../src/drivers/docker/powers.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import { readTarget } from "../../../src/files/read.ts";
import type { Change, Op } from "../../../src/model/op.ts";
import { formatProblem } from "../../../src/model/problem.ts";
import type { Stack } from "../../../src/model/stack.ts";
import type { World } from "../../../src/model/world.ts";
import { monotonicClock } from "../../../src/run/clock.ts";
import { ensure } from "../../../src/setup/ensure.ts";
import { type DriverBench, openBench } from "./bench.ts";
import { ForeignProject, speaker } from "./foreign-project.ts";

const targetText = (project: string): string => `version: 1
description: somebody else's project
attach: { project: ${project} }
allow: [cache]
networks: { default: {} }
services:
  web: { networks: [default] }
  cache: { networks: [default], x-processes: { cache: node } }
vantages: { user: { networks: [default] }, operator: { networks: [default] } }
edges: ["user -> web:7000 on default", "operator -> cache:7000 on default", "web -> cache:7000 on default"]
probes:
  visit: { plane: data, kind: tcp, from: user, to: web, port: 7000, expect: hello web, every: 50ms, deadline: 500ms, tolerance: 30%, slowFloor: 50ms }
  reach: { plane: management, kind: tcp, from: operator, to: cache, port: 7000, expect: hello cache, every: 50ms, deadline: 500ms, tolerance: 30%, slowFloor: 50ms }
`;
const at = { component: "cache", process: "cache" } as const;
const changeOf = (apply: Op, undo: Op, holder: Change["holder"]): Change => ({
  id: "c1",
  fault: 0,
  apply,
  undo,
  holder,
  startMs: 0,
  endMs: 1_000,
  leaseMs: 60_000,
});
const traffic = { from: { component: "web" }, network: "default", protocol: "any", flows: "all", action: "drop", percent: 100 } as const;
export const cut = (component = "cache"): Change =>
  changeOf({ op: "packets.block", at: { component }, traffic }, { op: "packets.pass", at: { component }, traffic }, "kernel");
export const pause = changeOf({ op: "process.stop", at }, { op: "process.continue", at }, "agent");
export const squeeze = changeOf({ op: "cpu.limit", at, cpus: 0.2, workers: 1 }, { op: "cpu.restore", at }, "keeper");
export const starve = changeOf(
  { op: "memory.limit", at: { component: "cache" }, headroomBytes: 16 * 2 ** 20 },
  { op: "memory.restore", at: { component: "cache" } },
  "keeper",
);

const linesOf = (state: object): readonly string[] => JSON.stringify(state, undefined, 1).split(/\n|\\n/u);

/** web, cache and other run; cache may be hit. */
export class AttachedShop {
  readonly clock = monotonicClock();
  readonly project: ForeignProject;
  readonly folder: string;
  readonly stack: Stack;
  bench: DriverBench;
  readonly #untouched: readonly string[];

  private constructor(bench: DriverBench, project: ForeignProject, folder: string, stack: Stack, untouched: readonly string[]) {
    this.bench = bench;
    this.project = project;
    this.folder = folder;
    this.stack = stack;
    this.#untouched = untouched;
  }

  static async open(): Promise<AttachedShop> {
    const bench = await openBench(false);
    const { toolbox = "" } = await ensure({ engine: true, toolbox: true }, () => undefined);
    const project = new ForeignProject(bench.engine, `pfshop${process.pid}`);
    await project.up(["web", "cache", "other"].map((name) => speaker(toolbox, name)));
    const folder = await mkdtemp(join(tmpdir(), "planefault-attach-"));
    await writeFile(join(folder, "target.yaml"), targetText(project.name));
    const loaded = readTarget(join(folder, "target.yaml"));
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
    return new AttachedShop(bench, project, folder, loaded.target.stack, linesOf(await project.state()));
  }

  world(changes: readonly Change[]): World {
    return this.bench.session.world({
      id: "run",
      originNs: this.clock.originNs,
      powers: powersOf(changes.map(({ apply }) => apply)),
      entered: enteredBy({ changes, witnesses: [] }),
    });
  }

  /** A session that was closed, or that failed, serves no more. */
  async renew(): Promise<void> {
    await this.bench.session.close();
    this.bench = await openBench(false);
  }

  /** Nothing of ours is left, and everything of theirs is as it was. */
  async expectUntouched(): Promise<void> {
    expect(await findOurs(this.bench.engine, this.bench.name)).to.deep.equal([]);
    const now = linesOf(await this.project.state());
    expect(now.filter((line) => !this.#untouched.includes(line))).to.deep.equal(this.#untouched.filter((line) => !now.includes(line)));
  }

  async close(): Promise<void> {
    await this.bench.session.close();
    await this.project.down();
    await rm(this.folder, { recursive: true, force: true });
  }
}
