// process.restart: which process is meant and how it is ended.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const restart = (more: string): string => `{ kind: process.restart, ${more} }`;

describe("process.restart", () => {
  it("asks the named process to end on every replica, and waits for their supervisors", () => {
    const { sentence, changes, witnesses } = compiled(restart("on: etcd/sshd"));
    expect(sentence).to.equal("end the process of etcd/sshd once by SIGTERM; its supervisor starts it anew");
    expect(changes).to.deep.equal(
      [1, 2, 3].map((replica) => {
        const at = { component: `etcd-${replica}`, process: "sshd" };
        return { apply: { op: "process.restart", at, signal: "TERM" }, undo: { op: "process.ensure", at }, holder: "agent" };
      }),
    );
    expect(witnesses.map((witness) => (witness.kind === "life" ? witness.asked : witness.kind))).to.deep.equal([
      "renewed",
      "renewed",
      "renewed",
    ]);
  });
  it("kills it where that is asked", () => {
    expect(compiled(restart("on: etcd-1, signal: KILL")).changes.map(({ apply }) => apply)).to.deep.equal([
      { op: "process.restart", at: { component: "etcd-1", process: "etcd" }, signal: "KILL" },
    ]);
  });
  it("refuses other signals and places without a declared process", () => {
    expect(refusals(restart("on: etcd-1, signal: HUP"))).to.deep.equal(['unknown-word: signal cannot be "HUP". Known: TERM, KILL.']);
    expect(refusals(restart("on: etcd-1/lone"))).to.deep.equal([
      "not-supervised: nobody would bring lone of etcd-1 back after process.restart; where a supervisor such as runsv does, the target says so: x-supervised: [lone]",
    ]);
    expect(refusals(restart("on: app"))).to.deep.equal([
      "unknown-process: process.restart needs a process of app: the target declares none under x-processes",
    ]);
  });
});
