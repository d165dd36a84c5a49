// memory.pressure: whose memory is squeezed, who gives it back, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const pressure = (options: string): string => `{ kind: memory.pressure, ${options} }`;

describe("memory.pressure", () => {
  it("squeezes a whole component, held by the keeper, undone by what was there before, watched at the same headroom", () => {
    const at = { component: "etcd-3" };
    const headroomBytes = 16 * 2 ** 20;
    expect(compiled(pressure("on: etcd-3, headroom: 16MiB"))).to.deep.equal({
      sentence: "leave etcd-3 16MiB of page cache",
      changes: [{ apply: { op: "memory.limit", at, headroomBytes }, undo: { op: "memory.restore", at }, holder: "keeper" }],
      witnesses: [{ kind: "memory", id: "w1", changes: ["c1"], at, headroomBytes }],
      needs: ["cgroup-memory"],
    });
  });
  it("squeezes every replica of a service, each by itself, and needs no declared process", () => {
    expect(compiled(pressure("on: etcd, headroom: 1.5GiB")).changes.map(({ apply }) => apply.at.component)).to.deep.equal([
      "etcd-1",
      "etcd-2",
      "etcd-3",
    ]);
    expect(compiled(pressure("on: app, headroom: 16MiB")).changes).to.have.length(1);
  });
  it("refuses a process, which has no memory of its own, and a vantage", () => {
    expect(refusals(pressure("on: etcd-1/sshd, headroom: 16MiB"))).to.deep.equal([
      "unknown-process: memory.pressure needs a whole component, such as etcd-1: what a process has in memory is not counted for it alone",
    ]);
    expect(refusals(pressure("on: user, headroom: 16MiB"))).to.deep.equal([
      "unknown-service: memory.pressure needs a component: user is a vantage",
    ]);
  });
  it("refuses a headroom that is none", () => {
    expect(refusals(pressure("on: etcd"))).to.deep.equal(['missing-option: memory.pressure needs the option "headroom"']);
    for (const headroom of ["4095KiB", "65GiB"])
      expect(refusals(pressure(`on: etcd, headroom: ${headroom}`))[0]).to.match(/^invalid-value: .*it lies between 4MiB and 64GiB/u);
    expect(refusals(pressure("on: etcd, headroom: 16MB"))[0]).to.match(/^invalid-value: expected a size in KiB, MiB or GiB/u);
    expect(refusals(pressure("on: etcd, headroom: 4MiB"))).to.deep.equal([]);
  });
});
