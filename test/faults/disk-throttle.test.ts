// disk.throttle: whose volume is limited, who gives the limit back, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const throttle = (options: string): string => `{ kind: disk.throttle, ${options} }`;

describe("disk.throttle", () => {
  it("limits the only volume, held by the keeper, undone by what was there before, watched at the same limit", () => {
    const at = { component: "etcd-3" };
    expect(compiled(throttle("on: etcd-3, writeIops: 2"))).to.deep.equal({
      sentence: "let the disk of etcd-3 take 2 writes per second",
      changes: [
        {
          apply: { op: "disk.limit", at, volume: "data", writeIops: 2 },
          undo: { op: "disk.restore", at, volume: "data" },
          holder: "keeper",
        },
      ],
      witnesses: [{ kind: "disk", id: "w1", changes: ["c1"], at, volume: "data", writeIops: 2 }],
      needs: ["cgroup-disk"],
    });
  });
  it("takes each replica of a service, and the process that was named", () => {
    const places = (on: string) => compiled(throttle(`on: ${on}, writeIops: 20, volume: data`)).changes.map(({ apply }) => apply.at);
    expect(places("etcd")).to.deep.equal([{ component: "etcd-1" }, { component: "etcd-2" }, { component: "etcd-3" }]);
    expect(places("etcd@leader")).to.deep.equal([{ component: "etcd-2" }]);
    expect(places("etcd-1/sshd")).to.deep.equal([{ component: "etcd-1", process: "sshd" }]);
  });
  it("refuses places without a volume, unknown volumes and limits that are none", () => {
    for (const place of ["app", "user"])
      expect(refusals(throttle(`on: ${place}, writeIops: 2`))).to.deep.equal([
        `unknown-volume: disk.throttle needs \`volume\`, one of ${place}'s. It has none.`,
      ]);
    expect(refusals(throttle("on: etcd-1, volume: wal, writeIops: 2"))).to.deep.equal([
      'unknown-volume: etcd-1 has no volume "wal". Known: data.',
    ]);
    expect(refusals(throttle("on: etcd-1"))).to.deep.equal(['missing-option: disk.throttle needs the option "writeIops"']);
    expect(refusals(throttle("on: etcd-1, writeIops: 0"))).to.deep.equal(["out-of-range: writeIops must be at least 1"]);
    expect(refusals(throttle("on: etcd-1, writeIops: 100001"))).to.deep.equal(["out-of-range: writeIops must be at most 100000"]);
    expect(refusals(throttle("on: etcd-1, writeIops: 1.5"))).to.deep.equal(["invalid-type: writeIops must be a whole number, not 1.5"]);
  });
});
