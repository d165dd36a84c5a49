// The dry run as a person reads it.
import { expect } from "chai";
import { explainPlan } from "../../src/plan/explain.ts";
import { examplePlan } from "../files/example.ts";

describe("explainPlan", () => {
  const text = explainPlan(
    examplePlan({
      faults:
        "[ { kind: process.pause, on: etcd@leader, at: 1s, for: 5s }, { kind: net.loss, on: app, to: user, percent: 30, direction: in } ]",
      predict: "{ planes: { control: [ { probe: put@etcd-2, symptom: failing, within: 3s } ] } }",
      more: "abort: [ { probe: item-read, failing: 50%, for: 3s } ]",
    }),
  );
  it("says of every change what it does, what undoes it and who ends it at the latest", () => {
    expect(text).to.include(
      "c1  at 1s: stop process etcd-2/etcd\n      at 6s: continue process etcd-2/etcd\n      after 7s at the latest: the agent",
    );
    expect(text).to.include(
      "c2  at 0ms: drop 30 % of packets from user over data at app\n      at 10s: let packets from user over data at app pass again\n      after 10.8s at the latest: the kernel",
    );
  });
  it("says what waits for cleanup if everyone dies", () => {
    expect(text).to.match(/this waits for `planefault cleanup`:\n {2}continue process etcd-2\/etcd\n\n/u);
  });
  it("names predictions, budget, aborts and warnings", () => {
    for (const part of [
      "put@etcd-2 is failing, within 3s",
      "put@etcd-2 failing  put@etcd-2       6        100",
      "50 % of the samples of item-read fail for 3s",
      "warning: the data plane is not predicted",
    ])
      expect(text).to.include(part);
  });
  it("says what links, queues, syncs and quotas are told, and what takes it back", () => {
    const faults = [
      "{ kind: link.flap, on: app, network: data, down: 500ms, up: 1500ms }",
      "{ kind: link.down, on: etcd-3, network: control }",
      "{ kind: net.rate, on: app, network: mgmt, rate: 1mbit }",
      "{ kind: disk.delay, on: etcd-2, delay: 500ms }",
      "{ kind: disk.error, on: etcd-1, error: EIO, every: 3 }",
      "{ kind: disk.error, on: etcd-3, error: ENOSPC }",
      "{ kind: cpu.pressure, on: etcd-3/sshd, cpus: 0.2 }",
      "{ kind: memory.pressure, on: app, headroom: 1.5GiB }",
    ];
    const told = explainPlan(examplePlan({ faults: `[ ${faults.join(", ")} ]` }));
    for (const part of [
      "take the interface of app on data down, for 500ms of every 2s",
      "take the interface of etcd-3 on control down\n",
      "bring the interface of app on data up, with the addresses and routes that it had",
      "limit all that leaves app by its interface on mgmt to 1mbit",
      "let each fsync of etcd-2/etcd begin 500 ms later",
      "let one in 3 fsyncs of etcd-1/etcd fail with EIO",
      "let each fsync of etcd-3/etcd fail with ENOSPC",
      "let the fsyncs of etcd-2/etcd pass again",
      "leave etcd-3/sshd 0.2 processors to share with",
      "and give it the quota back that it had",
      "limit the memory of app to what cannot be taken from it and 1.5GiB of page cache",
      "give app the memory limit back that it had",
    ])
      expect(told).to.include(part);
  });
  it("says that killing has no inverse, who has to undo it, and what becomes of it if everyone dies", () => {
    const killing = explainPlan(examplePlan({ faults: "[ { kind: process.kill, on: etcd-1, for: 4s } ]" }));
    expect(killing).to.include(
      "c1  at 0ms: kill process etcd-1/etcd, again whenever it comes back\n      at 4s: wait until process etcd-1/etcd runs again (no inverse: its supervisor has to bring it back)\n",
    );
    expect(killing).to.include("all die: the killing ends with them, and supervisors bring back what was killed.\n\n");
    expect(killing).not.to.include("cleanup");
    expect(explainPlan(examplePlan({ faults: "[ { kind: process.kill, on: etcd-1 }, { kind: process.pause, on: etcd-2 } ]" }))).to.match(
      /supervisors bring back what was killed\.\nIf harness.* `planefault cleanup`:\n {2}continue process etcd-2\/etcd\n/u,
    );
  });
  it("says so where nothing can remain", () => {
    expect(explainPlan(examplePlan({ faults: "[ { kind: ssh.block, on: etcd-1 } ]" }))).to.include(
      "nothing remains, the kernel ends every change",
    );
  });
  it("says so where nothing is broken, and on which design; names neither changes nor what remains", () => {
    const plan = examplePlan({ predict: "{ planes: { data: unaffected } }" });
    const calm = explainPlan({ ...plan, stack: { ...plan.stack, variant: "slow" } });
    expect(calm).to.match(/^ {2}target example \(slow\): 4 components/mu);
    expect(calm).to.include("What is broken\n  nothing\n\nWhat is predicted");
    expect(calm).to.not.match(/cleanup|remains|undo/u);
  });
  it("names the verdict that is wanted, with its reason", () => {
    const plan = examplePlan({ more: "expect: { verdict: inconclusive, because: fault-acted }" });
    expect(explainPlan(plan)).to.include('expected verdict: inconclusive, because "fault-acted"');
  });
  it("names links and rates with their times and numbers", () => {
    const said = explainPlan(
      examplePlan({
        faults:
          "[ { kind: link.flap, on: app, network: data, down: 500ms, up: 1500ms }, { kind: link.down, on: etcd-1, network: mgmt }, { kind: net.rate, on: etcd-1, network: control, rate: 1500kbit } ]",
      }),
    );
    for (const part of [
      "c1  at 0ms: take the interface of app on data down, for 500ms of every 2s\n      at 10s: bring the interface of app on data up, with the addresses and routes that it had",
      "c2  at 0ms: take the interface of etcd-1 on mgmt down\n",
      "c3  at 0ms: limit all that leaves etcd-1 by its interface on control to 1.5mbit\n      at 10s: give the interface of etcd-1 on control the queue back that it had",
    ])
      expect(said).to.include(part);
  });
  it("says which packets are disturbed, how, and by which mechanism", () => {
    const faults = [
      "{ kind: net.delay, on: app, to: user, delay: 100ms }",
      "{ kind: net.jitter, on: app, to: etcd, network: control, jitter: 50ms, delay: 20ms }",
      "{ kind: net.duplicate, on: etcd-1, to: etcd-2, network: mgmt, percent: 30 }",
      "{ kind: net.reorder, on: etcd-1, to: etcd-2, network: control, percent: 25 }",
    ];
    const said = explainPlan(examplePlan({ faults: `[ ${faults.join(", ")} ]` }));
    for (const part of [
      "hold all packets back for 100ms that leave app for user by its interface on data (netem behind a filter: nobody else's packets)",
      "hold all packets back for 20ms to 70ms that leave app for etcd-1, etcd-2, etcd-3 by its interface on control",
      "double 30 % of the packets that leave etcd-1 for etcd-2 by its interface on mgmt",
      "hold 25 % of the packets back for 100ms that leave etcd-1 for etcd-2",
      "let what waits leave, and give the interface of app on data the queue back that it had",
      "ends it, or its standby where that agent has died; the keeper cannot",
    ])
      expect(said).to.include(part);
  });
  it("says that a link has an agent and its standby, and no keeper, to end it", () => {
    const said = explainPlan(
      examplePlan({ faults: "[ { kind: link.down, on: etcd-1, network: mgmt }, { kind: process.pause, on: etcd-2 } ]" }),
    );
    expect(said).to.include("ends it, or its standby where that agent has died; the keeper cannot\n");
    expect(said).to.match(
      /If an agent and its standby both die, .* whoever else lives:\n {2}bring the interface of etcd-1 on mgmt up[^\n]*\nIf harness, agents and keeper all die/u,
    );
  });
  it("tells blocked ports and new connections apart from lost packets", () => {
    const said = explainPlan(examplePlan({ faults: "[ { kind: port.block, on: etcd-1, port: 2379, flows: new } ]" }));
    expect(said).to.match(/drop tcp packets to port 2379 of new connections from \S+ over \S+ at etcd-1/u);
  });

  it("says from which length on an outage is never taken for calm", () => {
    const text = explainPlan(
      examplePlan({
        predict: "{ planes: { data: unaffected, control: [ { probe: put@etcd-1, symptom: slow } ], management: unaffected } }",
      }),
    );
    expect(text).match(/needed +available +outages seen from\n/u);
    expect(text).match(/ item-read +135 +200 +600ms\n/u);
    expect(text).match(/ put@etcd-1 +\d+ +100\n/u);
    expect(text).match(/ ssh@etcd-1 +20 +40 +1s\n/u);
  });
});
