// process.pause: which process is meant, who lets it go on, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const pause = (on: string): string => `{ kind: process.pause, on: ${on} }`;

describe("process.pause", () => {
  it("stops the first declared process of the replica with the role, held by the agent, undone by continuing it", () => {
    const at = { component: "etcd-2", process: "etcd" };
    expect(compiled(pause("etcd@leader"))).to.deep.equal({
      sentence: "freeze the process of etcd@leader",
      changes: [{ apply: { op: "process.stop", at }, undo: { op: "process.continue", at }, holder: "agent" }],
      witnesses: [{ kind: "process", id: "w1", changes: ["c1"], at }],
      needs: ["signals"],
    });
  });
  it("takes the named process, on every replica that is meant", () => {
    expect(compiled(pause("etcd/sshd")).changes.map(({ apply }) => apply.at)).to.deep.equal(
      [1, 2, 3].map((replica) => ({ component: `etcd-${replica}`, process: "sshd" })),
    );
  });
  it("refuses places without a declared process, and unknown processes and roles", () => {
    for (const place of ["app", "user"])
      expect(refusals(pause(place))).to.deep.equal([
        `unknown-process: process.pause needs a process of ${place}: the target declares none under x-processes`,
      ]);
    expect(refusals(pause("etcd-1/bash"))).to.deep.equal(['unknown-process: etcd-1 declares no process "bash". Known: etcd, sshd, lone.']);
    expect(refusals(pause("etcd@follower"))).to.deep.equal(['unknown-role: etcd has no role "follower". Known: leader.']);
    expect(refusals(pause("Etcd"))).to.deep.equal([
      'invalid-value: expected a component such as "etcd", "etcd-1", "etcd@leader" or "node1/kube-proxy"',
    ]);
    expect(refusals("{ kind: process.pause }")).to.deep.equal(['missing-option: process.pause needs the option "on"']);
  });
});
