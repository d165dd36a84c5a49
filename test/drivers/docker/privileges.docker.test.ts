// What the containers of a target may do: no more than docs/security.md says, whatever a plan asks for.
import { expect } from "chai";
import type { Power } from "../../../src/drivers/docker/powers.ts";
import { label } from "../../../src/drivers/docker/labels.ts";
import { findOurs } from "../../../src/drivers/docker/sweep.ts";
import { monotonicClock } from "../../../src/run/clock.ts";
import { type DriverBench, openBench } from "./bench.ts";
import { pair } from "./stacks.ts";

const everyPower: readonly Power[] = ["cpu", "memory", "standby", "trace"];

/** By label, then by name where one differs. */
const capabilities: Readonly<Record<string, readonly string[]>> = {
  server: [],
  store: [],
  user: ["NET_ADMIN"],
  "server-agent": ["KILL", "NET_ADMIN", "SYS_PTRACE"],
  "store-agent": ["DAC_OVERRIDE", "KILL", "NET_ADMIN", "SYS_PTRACE"],
  "server-standby": ["NET_ADMIN"],
  "store-standby": ["NET_ADMIN"],
  "user-standby": ["NET_ADMIN"],
  keeper: ["KILL"],
};

describe("containers of a target", function () {
  this.timeout(120_000);
  let bench: DriverBench;
  before(async () => {
    bench = await openBench(true);
    const powers = { server: everyPower, store: everyPower, user: everyPower };
    await bench.session.world({ id: "run", originNs: monotonicClock().originNs, powers }).start(pair, () => undefined);
  });
  after(async () => await bench.session.close());

  const inspected = async () => {
    const found = (await findOurs(bench.engine, bench.name)).filter(({ what }) => what === "container");
    return await Promise.all(
      found.map(async ({ id, name, labels }) => ({
        name: name.replace(`pf-${bench.name}-`, ""),
        kind: labels[label.kind],
        seen: await bench.engine.docker.getContainer(id).inspect(),
      })),
    );
  };

  it("have the capabilities of their work alone, and can get no more", async () => {
    const all = await inspected();
    const given = all.map(({ name, seen: { HostConfig: host } }) => [
      name,
      (host.CapAdd ?? []).map((cap: string) => cap.replace(/^CAP_/u, "")).toSorted(),
    ]);
    expect(Object.fromEntries(given)).to.deep.equal(capabilities);
    for (const { name, seen } of all) {
      const { Privileged: privileged, CapDrop: dropped, SecurityOpt: options, Devices: devices } = seen.HostConfig;
      expect([privileged, dropped, devices ?? []], name).to.deep.equal([false, ["ALL"], []]);
      expect(options, name).to.include("no-new-privileges");
    }
  });

  it("are no way to the engine or to the machine: no socket, no port, no folder but cgroups, and the keeper alone sees its processes", async () => {
    for (const { name, kind, seen } of await inspected()) {
      const { HostConfig: host, Mounts: mounts } = seen;
      const folders = mounts.filter(({ Type: type }) => type === "bind").map(({ Source: source }) => source);
      const allowed = kind === "agent" || kind === "keeper" ? /^\/sys\/fs\/cgroup/u : /^$/u;
      for (const folder of folders) expect(folder, name).to.match(allowed);
      expect(Object.keys(host.PortBindings ?? {}), name).to.deep.equal([]);
      expect(host.NetworkMode, name).to.not.equal("host");
      expect(host.PidMode === "host", name).to.equal(kind === "keeper");
      if (kind === "keeper") expect(host.NetworkMode).to.equal("none");
    }
  });
});
