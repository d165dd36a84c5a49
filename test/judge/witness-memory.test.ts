// Squeezed memory: a limit at the asked strength, that is hit and takes page cache, and all of it gone afterwards.
import { expect } from "chai";
import type { WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { partAt, times } from "./journal-builder.ts";
import { stateOf } from "./witness-state.ts";

const mib = 2 ** 20;
const none = 2 ** 63 - 4_096;
const witness: Witness = { kind: "memory", id: "w1", changes: ["c1"], at: { component: "app-1" }, headroomBytes: 16 * mib };
const acts = (at: number): boolean => partAt(at) === "fault" && at > times.fault;
const hitsBy = (at: number): number => Math.round(Math.max(0, Math.min(at, times.undo) - times.fault) / 100);

interface Given {
  readonly during?: WitnessRow[1];
  readonly after?: WitnessRow[1];
  readonly before?: WitnessRow[1];
}
/** 60 MiB that cannot be taken, 40 MiB of page cache. */
const rows =
  ({ during = {}, after = {}, before = {} }: Given = {}) =>
  (at: number): WitnessRow[1] => {
    const usual = { useBytes: 100 * mib, cacheBytes: 40 * mib, limitBytes: none, hits: hitsBy(at), majorFaults: 0, refaults: 0, kills: 0 };
    if (acts(at)) return { ...usual, useBytes: 76 * mib, cacheBytes: 16 * mib, limitBytes: 76 * mib, waiting: 0, ...during };
    return { ...usual, waiting: 0, ...(at <= times.fault ? before : after) };
  };

describe("memory witness", () => {
  it("acts where the limit stands as asked, is hit, and page cache went", () => expect(stateOf(witness, rows())).equal("acted gone fair"));
  it("acts where page cache is as large as ever and has to be read again", () => {
    const little = { useBytes: 72 * mib, cacheBytes: 12 * mib };
    const reread = (at: number) => ({ ...rows({ before: little, during: little })(at), refaults: 9 * hitsBy(at) });
    expect(stateOf(witness, reread)).equal("acted gone fair");
  });
  it("does not act where nobody wants more than it allows, or nothing had to go", () => {
    expect(stateOf(witness, (at) => ({ ...rows()(at), hits: 7 }))).equal("idle gone fair");
    expect(stateOf(witness, rows({ during: { cacheBytes: 40 * mib } }))).equal("idle gone fair");
  });
  it("does not act where the limit is laxer or tighter than asked, or gone meanwhile", () => {
    expect(stateOf(witness, rows({ during: { limitBytes: 81 * mib } }))).equal("idle gone fair");
    expect(stateOf(witness, rows({ during: { limitBytes: 71 * mib } }))).equal("idle gone fair");
    expect(stateOf(witness, rows({ during: { limitBytes: none } }))).equal("idle gone fair");
    expect(stateOf(witness, (at) => ({ ...rows()(at), ...(at >= 20_000 && at < 20_500 ? { limitBytes: none } : {}) }))).equal(
      "idle gone fair",
    );
  });
  it("acts where the limit follows what cannot be taken, and comes late in one reading of ten", () => {
    const grown = (at: number, late: number): WitnessRow[1] => {
      const more = Math.round(at / 100) * mib;
      const row = rows({ during: { useBytes: 76 * mib + more, limitBytes: 76 * mib + more } })(at);
      return acts(at) && at % 10_000 < late ? { ...row, limitBytes: (row["limitBytes"] ?? 0) + 20 * mib } : row;
    };
    expect(stateOf(witness, (at) => grown(at, 0))).equal("acted gone fair");
    expect(stateOf(witness, (at) => grown(at, 300))).equal("acted gone fair");
    expect(stateOf(witness, (at) => grown(at, 2_000))).equal("idle gone fair");
  });
  it("is still there where the limit stays, or is hit again", () => {
    expect(stateOf(witness, rows({ after: { limitBytes: 76 * mib } }))).equal("acted there fair");
    expect(stateOf(witness, (at) => ({ ...rows()(at), hits: Math.round(at / 100) }))).equal("acted gone fair");
    const on = (at: number) => ({ ...rows()(at), hits: at < times.fault ? 0 : Math.round((at - times.fault) / 100) });
    expect(stateOf(witness, on)).equal("acted there fair");
  });
  it("has harmed where the kernel killed somebody", () => {
    const killed = (at: number) => ({ ...rows()(at), kills: at > times.fault + 3_000 ? 1 : 0 });
    expect(stateOf(witness, killed)).equal("acted gone harm");
  });
  it("has seen nothing where nobody looked before, after, between or at all", () => {
    expect(stateOf(witness, () => undefined)).equal("idle there fair");
    expect(stateOf(witness, (at) => (at < times.fault ? undefined : rows()(at)))).equal("idle there fair");
    expect(stateOf(witness, (at) => (at > times.undone ? undefined : rows()(at)))).equal("acted there fair");
    expect(stateOf(witness, (at) => (at > 15_000 && at < 25_000 ? undefined : rows()(at)))).equal("idle gone fair");
  });
});
