import { expect } from "chai";
import { doctor, type DoctorOptions } from "../../src/commands/doctor.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import type { Inventory } from "../../src/setup/inventory.ts";
import { goodKernel } from "../setup/good-kernel.ts";

const facts = {
  version: "20.10.24",
  apiVersion: "1.41",
  kernel: "6.18",
  architecture: "x64",
  cgroupVersion: "1",
  cgroupDriver: "cgroupfs",
  system: "Debian",
};
const good: Inventory = {
  node: "24.21.0",
  program: "./planefault",
  situation: {
    elsewhere: undefined,
    dockerd: "/usr/sbin/dockerd",
    systemd: false,
    permission: { allowed: true },
    hasApt: true,
    isRoot: true,
  },
  pidFile: { state: "running", pid: 7 },
  engine: { ok: true, facts },
  images: { "planefault/base:aa": true },
  kernel: { ...goodKernel, netem: "unknown kind" },
};
const none: Inventory = {
  ...good,
  engine: { ok: false, why: "connect ENOENT" },
  images: {},
  kernel: undefined,
  situation: { ...good.situation, elsewhere: "unix:///x" },
};

async function ask(options: DoctorOptions, look: Inventory, mend: () => Promise<unknown> = async () => undefined) {
  let text = "";
  let mended = 0;
  const code = await doctor(options, {
    write: (more) => (text += more),
    look: async () => look,
    mend: async () => {
      mended += 1;
      await mend();
    },
  });
  return { code, text, mended };
}

describe("doctor", () => {
  it("exits 0 where everything is there, says which faults work, and mends nothing unasked", async () => {
    const { code, text, mended } = await ask({}, good);
    expect(code).to.equal(0);
    expect(mended).to.equal(0);
    expect(text)
      .to.match(/yes +net\.loss, net\.partition, port\.block, ssh\.block/u)
      .and.match(/no +net\.delay, net\.jitter, net\.duplicate, net\.reorder: unknown kind/u)
      .and.include("API 1.41");
  });
  it("exits 4 without an engine that it could start, and still answers", async () => {
    const { code, text } = await ask({}, none);
    expect(code).to.equal(4);
    expect(text)
      .to.include("MISSING container engine")
      .and.include("mend: unset DOCKER_HOST")
      .and.match(/unknown +net\.loss/u);
  });
  it("--fix mends once, then looks", async () => {
    expect(await ask({ fix: true }, good)).to.deep.include({ code: 0, mended: 1 });
  });
  it("--fix that fails exits 4 with the reason and the hint, after the whole report", async () => {
    const { code, text } = await ask({ fix: true }, good, async () =>
      Promise.reject(new PlanefaultError("environment", "apt said no", { hint: "run: x" })),
    );
    expect(code).to.equal(4);
    expect(text).to.include("Set-up failed: apt said no").and.include("run: x").and.include("API 1.41");
  });
  it("--json is one object with findings and faults", async () => {
    const { text } = await ask({ json: true }, good);
    const report: unknown = JSON.parse(text);
    expect(report).to.have.property("healthy", true);
    expect(report).to.have.property("findings").which.is.an("array").with.length(3);
    expect(report).to.have.property("faults").which.is.an("array").with.length(8);
  });
});
