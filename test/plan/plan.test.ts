// The plan of an experiment: ids, times, leases, predictions, budgets and refusals.
import { expect } from "chai";
import { Change } from "../../src/model/op.ts";
import { codesOf, examplePlan, planned, targetText } from "../files/example.ts";

const timed = (times: string) => codesOf(planned({ faults: `[ { kind: process.pause, on: etcd-1, ${times} } ]` }));
const pair = (one: string, other: string) => codesOf(planned({ faults: `[ ${one}, ${other} ]` }));

describe("plan", () => {
  it("gives what is done to packets and links no second beyond its end, whoever is silent then", () => {
    const faults = [
      "{ kind: net.loss, on: app, to: user, percent: 100, for: 5s }",
      "{ kind: link.flap, on: etcd-1, network: control, down: 1s, up: 1s }",
      "{ kind: net.rate, on: etcd-2, network: control, rate: 1mbit }",
    ];
    const { changes } = examplePlan({ faults: `[ ${faults.join(", ")} ]` });
    expect(new Set(changes.map(({ apply }) => apply.op))).to.deep.equal(new Set(["packets.block", "link.down", "rate.limit"]));
    for (const { startMs, endMs, leaseMs } of changes) expect(startMs + leaseMs - endMs).to.equal(800);
  });
  it("gives each change an id, its times and a lease of the rest plus 2 s", () => {
    const { changes } = examplePlan({
      faults: "[ { kind: process.pause, on: etcd-1 }, { kind: process.pause, on: etcd-2, at: 2s, for: 5s } ]",
    });
    expect(changes.map(({ id, fault, startMs, endMs, leaseMs }) => [id, fault, startMs, endMs, leaseMs])).to.deep.equal([
      ["c1", 0, 0, 10_000, 12_000],
      ["c2", 1, 2_000, 7_000, 7_000],
    ]);
    for (const change of changes) expect(Change.parse(change)).to.deep.equal(change);
  });
  it("refuses a fault on whatever the target does not allow, and never one on a vantage", () => {
    const codes = (faults: string, allow: string) => codesOf(planned({ faults }, undefined, `${targetText}allow: ${allow}\n`));
    const loss = (direction: string) => `[ { kind: net.loss, on: app, to: user, percent: 100, direction: ${direction} } ]`;
    expect(codes("[ { kind: process.pause, on: etcd } ]", "[app]")).to.deep.equal(["not-allowed"]);
    expect(codes("[ { kind: process.pause, on: etcd } ]", "[etcd-1, etcd-2]")).to.deep.equal(["not-allowed"]);
    expect(codes("[ { kind: process.pause, on: etcd-2 } ]", "[etcd-1, etcd-2]")).to.deep.equal([]);
    expect(codes(loss("both"), "[app]")).to.deep.equal([]);
    expect(codes(loss("both"), "[etcd]")).to.deep.equal(["not-allowed"]);
    expect(codes(loss("out"), "[etcd]")).to.deep.equal([]);
  });
  it("is pure data, so that a journal can keep it", () => {
    const plan = examplePlan({
      faults: "[ { kind: disk.throttle, on: etcd, writeIops: 20 } ]",
      predict: "{ planes: { data: unaffected } }",
    });
    expect(JSON.parse(JSON.stringify(plan))).to.deep.equal(JSON.parse(JSON.stringify(structuredClone(plan))));
  });
  it("expands predictions to instances", () => {
    const { predictions } = examplePlan({
      phases: "{ baseline: 5s, fault: 15s, recovery: 10s }",
      predict:
        "{ planes: { data: unaffected, control: { only: true, symptoms: [ { probe: put, symptom: slow, atLeast: 20x, within: 5s } ] } }, signals: { health@etcd-1: [ { claims: healthy, during: fault }, { claims: healthy, during: recovery } ] }, recovery: { within: 5s }, diagnosis: { root: control, component: etcd } }",
    });
    expect(predictions.map(({ id, kind }) => [id, kind])).to.deep.equal([
      ["data unaffected", "unaffected"],
      ["put slow", "symptom"],
      ["control only", "only"],
      ["health@etcd-1 claims healthy during fault", "claims"],
      ["health@etcd-1 claims healthy during recovery", "claims"],
      ["recovery", "recovery"],
      ["diagnosis", "diagnosis"],
    ]);
    expect(predictions[1]).to.deep.include({
      instances: ["put@etcd-1", "put@etcd-2", "put@etcd-3"],
      atLeast: 20,
      withinMs: 5_000,
      sentence: "put is slow, at least 20 times, within 5s",
    });
  });
  it("gives two lines that say the same different ids", () => {
    const { predictions } = examplePlan({
      predict: "{ planes: { data: [ { probe: item-read, symptom: failing }, { probe: item-read, symptom: failing } ] } }",
    });
    expect(predictions.map(({ id }) => id)).to.deep.equal(["item-read failing", "item-read failing (2)"]);
  });
  it("warns of planes that are not predicted", () => {
    expect(examplePlan({ predict: "{ planes: { data: unaffected } }" }).warnings.map((warning) => warning.split(" ")[1])).to.deep.equal([
      "control",
      "management",
    ]);
  });
  it("refuses what is armed for a process that another fault ends, unless it is over by then", () => {
    const pause = (times: string) => `{ kind: process.pause, on: etcd-1, ${times} }`;
    const restart = (on: string) => `{ kind: process.restart, on: ${on}, at: 3s, for: 2s }`;
    for (const times of ["for: 3s", "at: 1s, for: 2s"]) expect(pair(pause(times), restart("etcd-1"))).to.deep.equal([]);
    for (const times of ["for: 4s", "at: 4s", "at: 9s"]) expect(pair(pause(times), restart("etcd-1"))).to.deep.equal(["same-resource"]);
    expect(pair(restart("etcd-1"), pause("at: 9s"))).to.deep.equal(["same-resource"]);
    // The same process, though one of them names it and the other one means the first.
    expect(pair(restart("etcd-1/etcd"), "{ kind: disk.throttle, on: etcd-1, writeIops: 9, at: 7s }")).to.deep.equal(["same-resource"]);
    for (const other of ["etcd-1/sshd", "etcd-2"]) expect(pair(pause("at: 9s"), restart(other))).to.deep.equal([]);
    expect(pair("{ kind: process.kill, on: etcd-1 }", "{ kind: ssh.block, on: etcd-1 }")).to.deep.equal([]);
  });
  it("says which of the two ends the process", () => {
    const messages = (first: string, second: string) => {
      const result = planned({ faults: `[ ${first}, ${second} ]` });
      return result.ok ? [] : result.problems.map(({ message }) => message);
    };
    const [pause, kill] = ["{ kind: process.pause, on: etcd-1, at: 5s }", "{ kind: process.kill, on: etcd-1, for: 2s }"];
    expect(messages(pause, kill)).to.deep.equal([
      "fault 1 is armed for the process that this one ends: kill process etcd-1/etcd, again whenever it comes back",
    ]);
    expect(messages(kill, pause)).to.deep.equal(["fault 1 ends the process that this one is armed for: stop process etcd-1/etcd"]);
  });
  it("refuses faults outside of the phase, in any of three ways", () => {
    expect(timed("at: 10s")).to.deep.equal(["at-outside-phase"]);
    expect(timed("for: 11s")).to.deep.equal(["at-outside-phase"]);
    expect(timed("at: 6s, for: 5s")).to.deep.equal(["at-outside-phase"]);
    expect(timed("at: 5s, for: 5s")).to.deep.equal([]);
  });
  it("refuses two changes on one resource also one after the other: each would be seen by the other's witness", () => {
    const rate = (times: string) => `{ kind: net.rate, on: etcd-1, network: control, rate: 1mbit, ${times} }`;
    for (const times of ["at: 3s", "at: 6s"]) {
      expect(pair("{ kind: process.pause, on: etcd-1, for: 3s }", `{ kind: process.pause, on: etcd-1, ${times} }`)).to.deep.equal([
        "same-resource",
      ]);
      expect(pair(rate("for: 3s"), rate(times))).to.deep.equal(["same-resource"]);
      expect(pair(rate(times), rate("for: 3s"))).to.deep.equal(["same-resource"]);
    }
    // Packets have a canary for each rule.
    const loss = (times: string) => `{ kind: net.loss, on: app, to: user, percent: 15, ${times} }`;
    const reject = "{ kind: port.block, on: app, port: 8080, action: reject, at: 3s }";
    expect(pair(loss("for: 3s"), loss("at: 3s"))).to.deep.equal([]);
    expect(pair(loss("for: 3s"), reject)).to.deep.equal([]);
  });
  it("refuses two changes on one resource while they overlap", () => {
    expect(pair("{ kind: process.pause, on: etcd-1, for: 4s }", "{ kind: process.pause, on: etcd-1, at: 3s }")).to.deep.equal([
      "same-resource",
    ]);
    expect(pair("{ kind: process.pause, on: etcd-1/sshd }", "{ kind: process.pause, on: etcd-1 }")).to.deep.equal([]);
    expect(pair("{ kind: disk.delay, on: etcd, delay: 1s }", "{ kind: disk.error, on: etcd-1, error: EIO }")).to.deep.equal([
      "same-resource",
    ]);
    expect(pair("{ kind: disk.delay, on: etcd-1, delay: 1s }", "{ kind: process.pause, on: etcd-1 }")).to.deep.equal(["same-resource"]);
    expect(pair("{ kind: cpu.pressure, on: etcd-1, cpus: 1 }", "{ kind: cpu.pressure, on: etcd, cpus: 2 }")).to.deep.equal([
      "same-resource",
    ]);
    expect(pair("{ kind: cpu.pressure, on: etcd-1, cpus: 1 }", "{ kind: disk.delay, on: etcd-1, delay: 1s }")).to.deep.equal([]);
    expect(
      pair("{ kind: memory.pressure, on: etcd-1, headroom: 16MiB }", "{ kind: memory.pressure, on: etcd, headroom: 1GiB }"),
    ).to.deep.equal(["same-resource"]);
    expect(pair("{ kind: memory.pressure, on: etcd-1, headroom: 16MiB }", "{ kind: process.restart, on: etcd-1 }")).to.deep.equal([]);
    expect(pair("{ kind: ssh.block, on: etcd-1 }", "{ kind: port.block, on: etcd-1, port: 2379 }")).to.deep.equal([]);
    expect(pair("{ kind: net.loss, on: app, to: user, percent: 15 }", "{ kind: port.block, on: app, port: 8080 }")).to.deep.equal([]);
    expect(
      pair("{ kind: net.loss, on: app, to: user, percent: 15 }", "{ kind: port.block, on: app, port: 8080, action: reject }"),
    ).to.deep.equal(["same-resource"]);
    expect(pair("{ kind: disk.throttle, on: etcd, writeIops: 2 }", "{ kind: disk.throttle, on: etcd-3, writeIops: 9 }")).to.deep.equal([
      "same-resource",
    ]);
  });
  it("refuses what this machine cannot do, and what was never proved on it", () => {
    const disk = { faults: "[ { kind: disk.throttle, on: etcd, writeIops: 2 } ]" };
    expect(codesOf(planned(disk, { cgroup: 1 }))).to.deep.equal([]);
    expect(codesOf(planned(disk, { cgroup: 2 }))).to.deep.equal(["not-proved-here"]);
    expect(codesOf(planned(disk, { cgroup: "none" }))).to.deep.equal(["missing-feature"]);
    const squeeze = { faults: "[ { kind: cpu.pressure, on: etcd, cpus: 0.2 } ]" };
    expect(codesOf(planned(squeeze, { cpuQuota: 1 }))).to.deep.equal([]);
    expect(codesOf(planned(squeeze, { cpuQuota: 2 }))).to.deep.equal(["not-proved-here"]);
    expect(codesOf(planned(squeeze, { cpuQuota: "none" }))).to.deep.equal(["missing-feature"]);
    const starve = { faults: "[ { kind: memory.pressure, on: etcd, headroom: 16MiB } ]" };
    expect(codesOf(planned(starve, { memoryLimit: 1 }))).to.deep.equal([]);
    expect(codesOf(planned(starve, { memoryLimit: 2 }))).to.deep.equal(["not-proved-here"]);
    expect(codesOf(planned(starve, { memoryLimit: "none" }))).to.deep.equal(["missing-feature"]);
    expect(codesOf(planned({ faults: "[ { kind: disk.delay, on: etcd, delay: 1s } ]" }, { trace: false }))).to.deep.equal([
      "missing-feature",
    ]);
    expect(codesOf(planned({ faults: "[ { kind: process.pause, on: etcd } ]" }, { signals: false }))).to.deep.equal(["missing-feature"]);
    expect(codesOf(planned({ faults: "[ { kind: ssh.block, on: etcd } ]" }, { nft: false }))).to.deep.equal(["missing-feature"]);
  });
  it("refuses a symptom that its probe cannot show: only what grows is stale, and only what is expected is wrong", () => {
    const target = targetText.replace(
      "probes:\n",
      `probes:\n  open: { plane: data, kind: tcp, from: user, to: app, port: 8080, every: 50ms, deadline: 500ms }\n`,
    );
    const refusals = (probe: string, symptom: string, plane = "data"): readonly string[] => {
      const result = planned({ predict: `{ planes: { ${plane}: [ { probe: ${probe}, symptom: ${symptom} } ] } }` }, {}, target);
      return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(refusals("open", "wrong")).to.deep.equal([
      "unfit-symptom: open is a probe of kind tcp: without `expect` no answer of it can be wrong",
    ]);
    expect(refusals("open", "stale")).to.deep.equal(["unfit-symptom: open is a probe of kind tcp: only a heartbeat can be stale"]);
    expect(refusals("open", "impaired")).to.deep.equal([]);
    expect(refusals("beat", "wrong", "control")).to.deep.equal([]);
  });
  it("refuses windows in which nothing can be seen, at the option that makes them empty", () => {
    const window = (options: string) => {
      const result = planned({ predict: `{ planes: { control: [ { probe: put, symptom: failing, ${options} } ] } }` });
      return result.ok ? [] : result.problems.map(({ code, message }) => `${code}: ${message}`);
    };
    expect(window("after: 10s")).to.deep.equal(["window-empty: after 10s there is nothing left of the fault phase, which lasts 10s"]);
    expect(window("after: 3s, before: 3s")).to.deep.equal(["window-empty: before 3s and after 3s there is nothing"]);
    expect(window("after: 3s, within: 3s")).to.deep.equal([
      "window-empty: the window begins 3s after the fault, so nothing can be there within 3s",
    ]);
    expect(window("before: 5s, within: 6s")).to.deep.equal(["window-empty: the window ends 5s after the fault, before the 6s are over"]);
    expect(window("within: 11s")).to.deep.equal(["window-empty: the window ends 10s after the fault, before the 11s are over"]);
    expect(window("after: 3s, before: 6s, within: 5s")).to.deep.equal([]);
    expect(window("within: 10s")).to.deep.equal([]);
  });
  it("knows components and instances by name, and suggests the nearest", () => {
    const messages = (predict: string) => {
      const result = planned({ predict });
      return result.ok ? [] : result.problems.map(({ message }) => message);
    };
    expect(messages("{ diagnosis: { root: control, component: ectd } }")[0]).to.equal('unknown component "ectd". Did you mean "etcd"?');
    expect(messages("{ diagnosis: { root: control, component: etcd-2 } }")).to.deep.equal([]);
    expect(messages("{ planes: { control: [ { probe: put@etcd-4, symptom: slow } ] } }")[0]).to.match(
      /^unknown probe "put@etcd-4"\. Did you mean "put@etcd-[123]"\?$/u,
    );
  });
  it("tells mistakes of faults, predictions and phases all at once", () => {
    const result = planned({
      phases: "{ baseline: 5s, fault: 1s, recovery: 1s }",
      faults: "[ { kind: ssh.block, on: ectd } ]",
      predict:
        "{ planes: { data: unaffected, control: [ { probe: putt, symptom: slow } ] }, signals: { helth: { claims: healthy, during: fault } } }",
    });
    expect(codesOf(result)).to.deep.equal(["phase-too-short", "unknown-service", "unknown-probe", "unknown-signal"]);
  });
});
