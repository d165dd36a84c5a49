import { expect } from "chai";
import { difference, renewedBy } from "../../src/model/digest.ts";

const at = { component: "app-1", process: "app" };
const renewed = renewedBy([{ apply: { op: "process.kill", at } }]);
const before = {
  "app-1/process/app": "not stopped, in planefault-app",
  "app-1/process/app/identity": "pid 7 started 100",
  "app-1/process/sshd/identity": "pid 8 started 90",
};
const keys = (after: Readonly<Record<string, string>>, allowed = renewed): readonly string[] =>
  difference(before, after, allowed).map(({ key }) => key);

describe("the difference between two states", () => {
  it("does not count that a process which was killed or restarted is another one", () => {
    const after = { ...before, "app-1/process/app/identity": "pid 30 started 900" };
    expect(keys(after)).to.deep.equal([]);
    expect(keys(after, renewedBy([{ apply: { op: "process.restart", at, signal: "TERM" } }]))).to.deep.equal([]);
    expect(keys(after, new Set())).to.deep.equal(["app-1/process/app/identity"]);
    expect(keys(after, renewedBy([{ apply: { op: "process.stop", at } }]))).to.deep.equal(["app-1/process/app/identity"]);
  });
  it("counts that it is gone, stopped or outside of its leaf", () => {
    const { "app-1/process/app/identity": _, ...gone } = { ...before, "app-1/process/app": "absent" };
    expect(keys(gone)).to.deep.equal(["app-1/process/app", "app-1/process/app/identity"]);
    for (const state of ["stopped, in planefault-app", "not stopped, not in planefault-app"])
      expect(keys({ ...before, "app-1/process/app": state, "app-1/process/app/identity": "pid 30 started 900" })).to.deep.equal([
        "app-1/process/app",
      ]);
  });
  it("counts that a process is another one which nobody was to end", () => {
    const after = { ...before, "app-1/process/app/identity": "pid 30 started 900", "app-1/process/sshd/identity": "pid 31 started 900" };
    expect(keys(after)).to.deep.equal(["app-1/process/sshd/identity"]);
  });
});
