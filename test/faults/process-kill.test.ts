// process.kill: which process is meant, and that nothing undoes it but its supervisor.
import { expect } from "chai";
import { compiled, refusals } from "./compiled.ts";

const kill = (on: string): string => `{ kind: process.kill, on: ${on} }`;

describe("process.kill", () => {
  it("kills the first declared process, held by the agent, undone by waiting for its supervisor", () => {
    const at = { component: "etcd-2", process: "etcd" };
    expect(compiled(kill("etcd@leader"))).to.deep.equal({
      sentence: "kill the process of etcd@leader, again whenever it comes back",
      changes: [{ apply: { op: "process.kill", at }, undo: { op: "process.ensure", at }, holder: "agent" }],
      witnesses: [{ kind: "life", id: "w1", changes: ["c1"], at, asked: "down" }],
      needs: ["signals"],
    });
  });
  it("refuses places without a declared process", () => {
    expect(refusals(kill("app"))).to.deep.equal([
      "unknown-process: process.kill needs a process of app: the target declares none under x-processes",
    ]);
  });
  it("refuses a process that nobody is declared to bring back", () => {
    expect(refusals(kill("etcd/lone"))).to.deep.equal([
      "not-supervised: nobody would bring lone of etcd-1 back after process.kill; where a supervisor such as runsv does, the target says so: x-supervised: [lone]",
    ]);
  });
  it("needs a place", () => {
    expect(refusals("{ kind: process.kill }")).to.deep.equal(['missing-option: process.kill needs the option "on"']);
  });
});
