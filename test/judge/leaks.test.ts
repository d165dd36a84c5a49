// What counts as left behind where processes were ended: the new one does not, anything else does.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { Change } from "../../src/model/op.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { calm, diskPressure, journal, times } from "./journal-builder.ts";

const at = { component: "app-1", process: "app" };
const kill: Change = {
  ...(diskPressure.changes[0] as Change),
  id: "c1",
  apply: { op: "process.kill", at },
  undo: { op: "process.ensure", at },
};
const plan: Plan = {
  ...diskPressure,
  changes: [kill],
  witnesses: [{ kind: "life", id: "w1", changes: ["c1"], at, asked: "down" }],
};
const state = (app: string | undefined, pid: number, sshd = 8): Digest => ({
  "app-1/process/app": app ?? "absent",
  ...(app === undefined ? {} : { "app-1/process/app/identity": `pid ${pid} started ${pid}` }),
  "app-1/process/sshd/identity": `pid ${sshd} started ${sshd}`,
});

function leaks(after: Digest, isFired = true): readonly string[] {
  const edit = (record: JournalRecord): JournalRecord => {
    if (record.type === "digest") return { ...record, digest: record.when === "before" ? state("not stopped", 7) : after };
    // An undo without a shot says nothing.
    return record.type === "fired" && !isFired ? { type: "phase", at: record.at, phase: "fire", edge: "begin" } : record;
  };
  const during = (when: number): boolean => when >= times.fault && when < times.undone;
  const witness = (_: unknown, when: number) => ({ present: during(when) ? 0 : 1, sameStart: when < times.fault ? 1 : 0 });
  const verdict = judge(journal({ plan, behaviour: calm, witness, edit }));
  const said = verdict.assumptions.find(({ name }) => name === "no-foreign-change");
  return verdict.leaks.length > 0 ? verdict.leaks : [said?.detail ?? ""];
}

describe("an undo whose agent died", () => {
  const detail = "agent web: its stream ended";
  const error = (phase: "hold" | "audit", message: string): JournalRecord => ({ type: "error", at: 31_000, phase, code: "agent", message });
  const lost = (record: JournalRecord): JournalRecord | undefined => {
    if (record.type === "undone") return { type: "undone", at: record.at, change: record.change, answer: "lost", detail };
    if (record.type === "digest" && record.when === "after") return undefined;
    return record.type === "witness" ? { ...record, rows: record.rows.filter(([when]) => when < times.undo) } : record;
  };
  const verdict = judge([
    ...journal({ edit: lost }),
    error("hold", "agent web is gone: its stream ended"),
    error("hold", "observation broke: agent web is gone: its stream ended"),
    error("audit", `not every agent could quiet: web: ${detail}; admin: no answer`),
  ]);
  it("is not said to be undone", () => {
    expect(verdict.leaks).deep.equal([
      `the undo of c1 on etcd-1 got no answer (${detail}), and neither a witness nor the state after shows it`,
    ]);
  });
  it("names its end once", () => {
    expect(verdict.assumptions[0]?.detail).equal(
      "error in phase hold: agent web is gone: its stream ended; error in phase audit: not every agent could quiet: web; admin: no answer",
    );
  });
});

describe("the state after a process was killed", () => {
  it("is equal where a new one runs, and says so", () => {
    expect(leaks(state("not stopped", 30))).deep.equal([
      "the state after equals the state before, but by design for app-1/process/app/identity",
    ]);
  });
  it("is a leak where none runs, or one that is stopped", () => {
    expect(leaks(state(undefined, 0)).join()).contain('app-1/process/app was "not stopped" and is "absent"');
    expect(leaks(state("stopped", 30))).deep.equal(['app-1/process/app was "not stopped" and is "stopped"']);
  });
  it("is a leak where another process is a new one too", () => {
    expect(leaks(state("not stopped", 30, 31))).deep.equal([
      'app-1/process/sshd/identity was "pid 8 started 8" and is "pid 31 started 31"',
    ]);
  });
  it("is a leak where the process is a new one though nothing was shot at it", () => {
    expect(leaks(state("not stopped", 30), false).join()).contain("app-1/process/app/identity was");
  });
});
