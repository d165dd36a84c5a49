// cpu.pressure: whose processor time is cut, who gives it back, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const pressure = (options: string): string => `{ kind: cpu.pressure, ${options} }`;

describe("cpu.pressure", () => {
  it("squeezes the component's first process, held by the keeper, undone by what was there before, watched at the same quota", () => {
    const at = { component: "etcd-3", process: "etcd" };
    expect(compiled(pressure("on: etcd-3, cpus: 0.2, workers: 2"))).to.deep.equal({
      sentence: "leave etcd-3 0.2 processors, to be shared with 2 busy processes",
      changes: [{ apply: { op: "cpu.limit", at, cpus: 0.2, workers: 2 }, undo: { op: "cpu.restore", at }, holder: "keeper" }],
      witnesses: [{ kind: "cpu", id: "w1", changes: ["c1"], at, cpus: 0.2 }],
      needs: ["cgroup-cpu"],
    });
  });
  it("puts one busy process beside each named one unless told otherwise", () => {
    const { sentence, changes } = compiled(pressure("on: etcd-1/sshd, cpus: 1"));
    expect(sentence).to.equal("leave etcd-1/sshd 1 processors, to be shared with 1 busy process");
    expect(changes.map(({ apply }) => apply)).to.deep.equal([
      { op: "cpu.limit", at: { component: "etcd-1", process: "sshd" }, cpus: 1, workers: 1 },
    ]);
    expect(compiled(pressure("on: etcd, cpus: 1")).changes).to.have.length(3);
  });
  it("refuses places without a declared process, which would be squeezed with all that stands beside it, and quotas that are none", () => {
    expect(refusals(pressure("on: app, cpus: 0.2"))).to.deep.equal([
      "unknown-process: cpu.pressure needs a process of app: the target declares none under x-processes",
    ]);
    expect(refusals(pressure("on: etcd"))).to.deep.equal(['missing-option: cpu.pressure needs the option "cpus"']);
    expect(refusals(pressure("on: etcd, cpus: 0.01"))).to.deep.equal(["out-of-range: cpus must be at least 0.05"]);
    expect(refusals(pressure("on: etcd, cpus: 0.2, workers: 17"))).to.deep.equal(["out-of-range: workers must be at most 16"]);
    expect(refusals(pressure("on: etcd, cpus: 0.2, workers: 0"))).to.deep.equal(["out-of-range: workers must be at least 1"]);
  });
});
