// Witness of a process that was killed or restarted: what is proof, and what is not.
import { expect } from "chai";
import type { Witness } from "../../src/model/witness.ts";
import { times } from "./journal-builder.ts";
import { shotEarlier, stateOf } from "./witness-state.ts";

describe("life witness", () => {
  const witness = (asked: "down" | "renewed"): Witness => ({
    kind: "life",
    id: "w1",
    changes: ["c1"],
    at: { component: "app-1", process: "app" },
    asked,
  });
  const during = (at: number): boolean => at >= times.fault && at < times.undone;
  /** Down while the fault lasts, another one afterwards. */
  const killed = (at: number) => ({ present: during(at) ? 0 : 1, sameStart: at < times.fault ? 1 : 0 });
  it("acts where the process is down nearly all the time, and is gone where one is there again", () => {
    expect(stateOf(witness("down"), killed)).equal("acted gone fair");
    expect(stateOf(witness("down"), (at) => ({ ...killed(at), ...(at === 20_000 ? { present: 1 } : {}) }))).equal("acted gone fair");
  });
  it("does not act where it lives, or was brought back and left alone", () => {
    expect(stateOf(witness("down"), () => ({ present: 1, sameStart: 1 }))).equal("idle gone fair");
    expect(stateOf(witness("down"), (at) => ({ ...killed(at), present: at > 20_000 ? 1 : killed(at).present }))).equal("idle gone fair");
  });
  it("acts where a restarted process is another one, however short its absence; not where it is the same", () => {
    const renewed = (at: number) => ({ present: 1, sameStart: at < times.fault ? 1 : 0 });
    expect(stateOf(witness("renewed"), renewed)).equal("acted gone fair");
    expect(stateOf(witness("renewed"), (at) => ({ present: 1, sameStart: at < 20_000 ? 1 : 0 }))).equal("idle gone fair");
    for (const sameStart of [0, 1]) expect(stateOf(witness("renewed"), () => ({ present: 1, sameStart }))).equal("idle gone fair");
  });
  it("acts where looks fell between the shot and its answer, and not where one before the shot was of another process", () => {
    const early = (from: number) => (at: number) => (at >= from && at < times.fault ? { present: 0, sameStart: 0 } : killed(at));
    expect(stateOf(witness("down"), early(times.fault - 2_000), shotEarlier(2_500))).equal("acted gone fair");
    expect(stateOf(witness("down"), early(times.fault - 1_000))).equal("idle gone fair");
  });
  it("is not gone where nobody brought it back, or where what came back goes on dying", () => {
    expect(stateOf(witness("down"), (at) => ({ ...killed(at), present: at < times.fault ? 1 : 0 }))).equal("acted there fair");
    expect(stateOf(witness("down"), (at) => ({ ...killed(at), present: at < times.fault || at % 4_000 === 0 ? 1 : 0 }))).contain("there");
  });
  it("has not seen what lies between two looks", () => {
    expect(stateOf(witness("down"), (at) => (at > 15_000 && at < 25_000 ? undefined : killed(at)))).equal("idle gone fair");
  });
});
