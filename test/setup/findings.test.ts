import { expect } from "chai";
import { type Finding, findings } from "../../src/setup/findings.ts";
import type { Inventory } from "../../src/setup/inventory.ts";

const bare: Inventory = {
  node: "24.21.0",
  program: "./planefault",
  situation: { elsewhere: undefined, dockerd: undefined, systemd: false, permission: { allowed: true }, hasApt: true, isRoot: true },
  pidFile: { state: "absent" },
  engine: { ok: false, why: "connect ENOENT" },
  images: {},
  kernel: undefined,
};
const finding = (inventory: Inventory, name: string): Finding | undefined => findings(inventory).find((one) => one.name === name);

describe("findings", () => {
  it("an engine that set-up can install is to do, not missing", () => {
    expect(finding(bare, "container engine")).to.deep.include({ state: "automatic" });
    expect(finding(bare, "container engine")).to.have.property("mend").which.includes("doctor --fix").and.includes("docker.io");
  });
  it("names a stale pid file", () => {
    const stale = finding(
      { ...bare, situation: { ...bare.situation, dockerd: "/usr/sbin/dockerd" }, pidFile: { state: "stale", why: "process 9 is dead" } },
      "container engine",
    );
    expect(stale?.detail).to.include("stale pid file (process 9 is dead)");
  });
  it("an engine that we may not install is missing, with the command", () => {
    const forbidden = finding(
      { ...bare, situation: { ...bare.situation, permission: { allowed: false, why: "PLANEFAULT_SETUP=off forbids it" } } },
      "container engine",
    );
    expect(forbidden).to.deep.include({ state: "missing" });
    expect(forbidden?.detail).to.include("PLANEFAULT_SETUP=off");
  });
  it("an old Node is missing", () => expect(finding({ ...bare, node: "22.1.0" }, "Node.js")).to.deep.include({ state: "missing" }));
  it("lists each image", () => {
    const facts = {
      version: "20.10",
      apiVersion: "1.41",
      kernel: "6",
      architecture: "x64",
      cgroupVersion: "1",
      cgroupDriver: "cgroupfs",
      system: "Debian",
    };
    const found = findings({ ...bare, engine: { ok: true, facts }, images: { "planefault/base:aa": true, "planefault/node:bb": false } });
    expect(found.map(({ name, state }) => [name, state])).to.deep.equal([
      ["Node.js", "ok"],
      ["container engine", "ok"],
      ["planefault/base", "ok"],
      ["planefault/node", "automatic"],
    ]);
  });
});
