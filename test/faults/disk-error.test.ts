// disk.error: which syncs fail with what, who ends it, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const error = (options: string): string => `{ kind: disk.error, ${options} }`;

const ending = "; where it is the main process of its container and ends at that, its agent ends too and the run cannot be judged";

describe("disk.error", () => {
  const at = { component: "etcd-3", process: "etcd" };
  it("fails every sync unless told otherwise, held by the agent, watched for the same share", () => {
    expect(compiled(error("on: etcd-3, error: EIO"))).to.deep.equal({
      sentence: "let each fsync of etcd-3 fail: its disk says that it is broken (EIO)" + ending,
      changes: [{ apply: { op: "sync.fail", at, error: "EIO", every: 1 }, undo: { op: "sync.pass", at }, holder: "agent" }],
      witnesses: [{ kind: "sync", id: "w1", changes: ["c1"], at, asked: { failEvery: 1 } }],
      needs: ["trace"],
    });
  });
  it("fails one sync in so many", () => {
    const { sentence, changes, witnesses } = compiled(error("on: etcd-3, error: ENOSPC, every: 3"));
    expect(sentence).to.equal("let one in 3 fsyncs of etcd-3 fail: its disk says that it is full (ENOSPC)" + ending);
    expect(changes[0]?.apply).to.deep.equal({ op: "sync.fail", at, error: "ENOSPC", every: 3 });
    expect(witnesses[0]).to.deep.include({ asked: { failEvery: 3 } });
  });
  it("refuses places without a declared process, other errors and shares that are none", () => {
    expect(refusals(error("on: app, error: EIO"))).to.deep.equal([
      "unknown-process: disk.error needs a process of app: the target declares none under x-processes",
    ]);
    expect(refusals(error("on: etcd"))).to.deep.equal(['missing-option: disk.error needs the option "error"']);
    expect(refusals(error("on: etcd, error: EPERM"))).to.deep.equal(['unknown-word: error cannot be "EPERM". Known: EIO, ENOSPC.']);
    expect(refusals(error("on: etcd, error: EIO, every: 0"))).to.deep.equal(["out-of-range: every must be at least 1"]);
  });
});
