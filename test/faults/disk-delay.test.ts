// disk.delay: whose syncs are held, who lets go of them, and what it refuses.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const delay = (options: string): string => `{ kind: disk.delay, ${options} }`;

describe("disk.delay", () => {
  it("holds the syncs of the component's first process, held by the agent, watched for the same delay", () => {
    const at = { component: "etcd-3", process: "etcd" };
    expect(compiled(delay("on: etcd-3, delay: 500ms"))).to.deep.equal({
      sentence: "let each fsync of etcd-3 take 500 ms longer",
      changes: [{ apply: { op: "sync.delay", at, delayMs: 500 }, undo: { op: "sync.pass", at }, holder: "agent" }],
      witnesses: [{ kind: "sync", id: "w1", changes: ["c1"], at, asked: { delayMs: 500 } }],
      needs: ["trace"],
    });
  });
  it("takes each replica of a service, the replica with a role, and the process that was named", () => {
    const places = (on: string) => compiled(delay(`on: ${on}, delay: 1s`)).changes.map(({ apply }) => apply.at);
    expect(places("etcd").map(({ component }) => component)).to.deep.equal(["etcd-1", "etcd-2", "etcd-3"]);
    expect(places("etcd@leader")).to.deep.equal([{ component: "etcd-2", process: "etcd" }]);
    expect(places("etcd-1/sshd")).to.deep.equal([{ component: "etcd-1", process: "sshd" }]);
  });
  it("refuses places without a declared process, and delays that are none or outlast what waits for them", () => {
    expect(refusals(delay("on: app, delay: 1s"))).to.deep.equal([
      "unknown-process: disk.delay needs a process of app: the target declares none under x-processes",
    ]);
    expect(refusals(delay("on: etcd"))).to.deep.equal(['missing-option: disk.delay needs the option "delay"']);
    for (const wrong of ["0.5ms", "11s", "1.5ms"])
      expect(refusals(delay(`on: etcd, delay: ${wrong}`))).to.deep.equal(["invalid-value: expected whole milliseconds from 1ms to 10s"]);
  });
});
