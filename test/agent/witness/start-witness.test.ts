// What a witness that does not start leaves behind: nothing.
import { expect } from "chai";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canaryPorts } from "../../../src/agent/canary-port.ts";
import { readProcesses } from "../../../src/agent/process-table.ts";
import { startCanaryWriter } from "../../../src/agent/witness/canary-writer.ts";
import { startWitness } from "../../../src/agent/witness/start-witness.ts";
import type { ArmedChange } from "../../../src/model/identity.ts";
import type { Op } from "../../../src/model/op.ts";
import type { Witness } from "../../../src/model/witness.ts";

const at = { component: "place" };
const context = {
  clock: { now: () => 0, until: async () => undefined },
  changes: { firedAt: () => undefined, takeCalls: () => [] },
  emit: () => undefined,
};
const children = (): readonly string[] =>
  readProcesses()
    .filter(({ parent, ended }) => parent === process.pid && !ended)
    .map(({ command }) => command);

/** Cgroups of no machine: nothing can be moved into them. */
const cgroup = "nowhere/planefault-nowhere";
function armed(apply: Op, undo: Op, place: Partial<ArmedChange["at"]>): ArmedChange {
  const change = { id: "c1", fault: 0, apply, undo, holder: "keeper", startMs: 0, endMs: 1_000, leaseMs: 3_000 } as const;
  return { change, at: { component: "place", containerId: "", netns: "", addresses: {}, ...place } };
}
const start = (witness: Witness, change: ArmedChange[], addresses: Record<string, Record<string, string>> = {}) =>
  startWitness({ do: "witness", witness, role: "answer", addresses, armed: change }, context);

describe("a witness that does not start", () => {
  it("leaves no child behind, where its group is gone", async () => {
    const before = children();
    const disk = armed(
      { op: "disk.limit", at, volume: "data", writeIops: 20 },
      { op: "disk.restore", at, volume: "data" },
      {
        limit: { version: 1, cgroup, device: "8:0", before: "" },
      },
    );
    const cpu = armed(
      { op: "cpu.limit", at, cpus: 0.2, workers: 2 },
      { op: "cpu.restore", at },
      {
        quota: { version: 1, cgroup, before: "-1" },
      },
    );
    const common = { id: "w1", changes: ["c1"], at };
    const failures = await Promise.all(
      [start({ ...common, kind: "disk", volume: "data", writeIops: 20 }, [disk]), start({ ...common, kind: "cpu", cpus: 0.2 }, [cpu])].map(
        async (starting) => await starting.then(() => "started", String),
      ),
    );
    for (const failure of failures) expect(failure).to.match(/ENOENT.*planefault-nowhere/u);
    expect(children()).to.deep.equal(before);
  });

  it("keeps no port, where another one of its ports is taken", async () => {
    const traffic = { from: { component: "peer" }, network: "net", protocol: "udp", flows: "all", action: "drop", percent: 100 } as const;
    const witness: Witness = { kind: "packets", id: "w1", changes: ["c1"], at, traffic, everyMs: 20 };
    const answer = () => start(witness, [], { place: { net: "127.0.0.1" } });
    const taken = createServer().listen(canaryPorts("c1").canary, "127.0.0.1");
    await once(taken, "listening");
    expect(await answer().then(() => "started", String)).to.match(/EADDRINUSE/u);
    taken.close();
    await once(taken, "close");
    await (await answer()).stop();
  });
});

describe("a canary writer", () => {
  it("writes to a file that has no name, so that none can be left behind however it ends", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planefault-test-"));
    const writer = await startCanaryWriter(join(folder, "canary"));
    try {
      await writer.prepare();
      expect(readdirSync(folder)).to.deep.equal([]);
      expect(await writer.write()).to.be.a("number");
      const files = readdirSync(`/proc/${writer.pid}/fd`).map((fd) => readlinkSync(`/proc/${writer.pid}/fd/${fd}`));
      expect(files).to.include(`${join(folder, "canary")} (deleted)`);
    } finally {
      await writer.close();
      rmSync(folder, { recursive: true });
    }
    expect(children()).to.deep.equal([]);
  });
});
