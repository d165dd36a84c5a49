// What holds for every fault kind: a file and a test of its own, and for each change an inverse and a witness. What one kind means is in its own test.
import { expect } from "chai";
import { existsSync, readdirSync } from "node:fs";
import { faults } from "../../src/faults/list.ts";
import { capabilities } from "../../src/setup/capabilities.ts";
import { examplePlan } from "../files/example.ts";
import { undoOf } from "./undo-of.ts";

const examples: Readonly<Record<string, string>> = {
  noop: "{ kind: noop }",
  "net.loss": "{ kind: net.loss, on: app, to: user, percent: 30 }",
  "net.partition": "{ kind: net.partition, on: etcd-1, from: etcd }",
  "net.rate": "{ kind: net.rate, on: app, network: data, rate: 1mbit }",
  "net.delay": "{ kind: net.delay, on: app, to: user, delay: 100ms }",
  "net.jitter": "{ kind: net.jitter, on: app, to: user, jitter: 100ms }",
  "net.duplicate": "{ kind: net.duplicate, on: app, to: user, percent: 50 }",
  "net.reorder": "{ kind: net.reorder, on: app, to: user, percent: 50 }",
  "link.down": "{ kind: link.down, on: app, network: data }",
  "link.flap": "{ kind: link.flap, on: app, network: data, down: 500ms, up: 1500ms }",
  "port.block": "{ kind: port.block, on: app, port: 8080 }",
  "ssh.block": "{ kind: ssh.block, on: etcd-1 }",
  "dns.block": "{ kind: dns.block, on: app, from: user }",
  "disk.throttle": "{ kind: disk.throttle, on: etcd, writeIops: 20 }",
  "disk.delay": "{ kind: disk.delay, on: etcd, delay: 500ms }",
  "disk.error": "{ kind: disk.error, on: etcd-1, error: EIO }",
  "cpu.pressure": "{ kind: cpu.pressure, on: etcd-1, cpus: 0.2 }",
  "memory.pressure": "{ kind: memory.pressure, on: etcd-1, headroom: 16MiB }",
  "process.pause": "{ kind: process.pause, on: etcd@leader }",
  "process.kill": "{ kind: process.kill, on: etcd@leader }",
  "process.restart": "{ kind: process.restart, on: etcd@leader }",
};

const planOf = (kind: string) => examplePlan({ faults: `[ ${examples[kind] ?? expect.fail(`no example of ${kind} in this file`)} ]` });
const fileOf = (kind: string): string => kind.replaceAll(".", "-");

describe("faults", () => {
  for (const { kind } of faults) {
    it(`${kind}: has src/faults/${fileOf(kind)}.ts and its test`, () => {
      const wanted = [`src/faults/${fileOf(kind)}.ts`, `test/faults/${fileOf(kind)}.test.ts`];
      expect(wanted.filter((path) => !existsSync(path))).to.deep.equal([]);
    });
    it(`${kind}: every change has its inverse at the same place and exactly one witness`, () => {
      const plan = planOf(kind);
      for (const { apply, undo } of plan.changes) {
        expect(undo.op).to.equal(new Map<string, string>(Object.entries(undoOf)).get(apply.op));
        expect(undo.at).to.deep.equal(apply.at);
      }
      expect(plan.witnesses.flatMap((witness) => witness.changes)).to.deep.equal(plan.changes.map((change) => change.id));
      expect(plan.changes.length > 0).to.equal(kind !== "noop");
    });
  }
  for (const { kind } of faults)
    it(`${kind}: doctor names it beside everything that it needs`, () => {
      for (const need of planOf(kind).needs)
        expect(capabilities(undefined).find((capability) => capability.need === need)?.faults, need).to.include(kind);
    });
  it("are all in the list: no file of a kind is forgotten", () => {
    const shared = ["close-port.ts", "disturb.ts", "interface-down.ts", "list.ts", "options.ts", "wait.ts"];
    const files = readdirSync("src/faults").filter((name) => !shared.includes(name));
    expect(files.toSorted()).to.deep.equal(faults.map(({ kind }) => `${fileOf(kind)}.ts`).toSorted());
  });
});
