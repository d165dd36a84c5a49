// Disturbed packets: canaries that are as late, as doubled or as overtaken as asked, neither before nor afterwards, and a bystander who notices nothing.
import { expect } from "chai";
import type { Disturbance } from "../../src/model/op.ts";
import type { WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { partAt, times } from "./journal-builder.ts";
import { stateOf } from "./witness-state.ts";

type Values = WitnessRow[1];
type Seen = (at: number, turn: number) => Values;

const witnessOf = (disturbance: Disturbance): Witness => ({
  kind: "disturbance",
  id: "w1",
  changes: ["c1"],
  at: { component: "app-1" },
  network: "data",
  peer: { component: "user" },
  bystander: { component: "app-2" },
  disturbance,
  everyMs: 20,
});

const calm: Values = { ms: 1, answers: 1, overtaken: 0, bystanderMs: 1, bystanderAnswers: 1 };
/** Evenly over 0..1, and never the same twice in a row. */
const chance = (turn: number, step = 0.618): number => (turn * step) % 1;

/** What is seen while the fault acts; at all other times nothing is, unless `elsewhere` says so. */
function state(disturbance: Disturbance, during: Seen, elsewhere: Seen = () => calm): string {
  let turn = 0;
  return stateOf(witnessOf(disturbance), (at) => {
    turn += 1;
    return partAt(at) === "fault" && at > times.fault ? { ...calm, ...during(at, turn) } : { ...calm, ...elsewhere(at, turn) };
  });
}

describe("disturbance witness: a delay", () => {
  const delay = { kind: "delay", delayMs: 100, spreadMs: 0 } as const;
  const by =
    (ms: number): Seen =>
    () => ({ ms });
  it("acts where each canary takes longer by as much, or a little more on a busy machine", () => {
    expect(state(delay, by(101))).equal("acted gone fair");
    expect(state(delay, by(130))).equal("acted gone fair");
  });
  it("does not act where they take as long as before, less than asked, or much more", () => {
    for (const ms of [1, 80, 160]) expect(state(delay, by(ms)), String(ms)).equal("idle gone fair");
  });
  it("does not act where only some of them wait", () =>
    expect(state(delay, (_, turn) => ({ ms: chance(turn) < 0.2 ? 1 : 101 }))).equal("idle gone fair"));
  it("is not gone where they wait afterwards, nor is it known where nothing comes", () => {
    const ever = (at: number): Values => (at > times.undone ? { ms: 101 } : calm);
    expect(state(delay, by(101), ever)).equal("acted there fair");
    expect(
      stateOf(witnessOf(delay), (at) =>
        partAt(at) === "recovery" ? undefined : partAt(at) === "fault" && at > times.fault ? { ...calm, ms: 101 } : calm,
      ),
    ).equal("acted there fair");
  });
  it("is measured from what it was before, so a slow path is no delay", () =>
    expect(state(delay, by(101), () => ({ ms: 101 }))).equal("idle gone fair"));
  it("does not count what was sent while the queue emptied", () => {
    // Six in a hundred on their own are allowed, and eleven are not.
    const seen: Seen = (at, turn) => ({ ms: at > times.undone - 1_000 || chance(turn) < 0.06 ? 1 : 1_001 });
    expect(state({ ...delay, delayMs: 1_000 }, seen)).equal("acted gone fair");
  });
  it("has not been seen where a hole is in its rows, or the bystander was not asked", () => {
    const seen = (at: number): Values => (partAt(at) === "fault" && at > times.fault ? { ...calm, ms: 101 } : calm);
    expect(stateOf(witnessOf(delay), (at) => (at > 15_000 && at < 17_000 ? undefined : seen(at)))).equal("idle gone fair");
    expect(stateOf(witnessOf(delay), (at) => ({ ms: seen(at)["ms"] ?? 0, answers: 1, overtaken: 0 }))).equal("idle gone fair");
    expect(
      stateOf({ ...witnessOf(delay), bystander: undefined } as Witness, (at) => ({ ms: seen(at)["ms"] ?? 0, answers: 1, overtaken: 0 })),
    ).equal("acted gone fair");
  });
});

describe("disturbance witness: jitter", () => {
  const jitter = { kind: "delay", delayMs: 50, spreadMs: 200 } as const;
  const between =
    (least: number, most: number): Seen =>
    (_, turn) => ({ ms: 1 + least + (most - least) * chance(turn) });
  it("acts where canaries take any time of the asked spread", () => expect(state(jitter, between(50, 250))).equal("acted gone fair"));
  it("does not act where they all take the same, spread half as far, or twice", () => {
    for (const [least, most] of [
      [150, 150],
      [100, 200],
      [50, 450],
      [0, 200],
    ] as const)
      expect(state(jitter, between(least, most)), `${least} to ${most}`).equal("idle gone fair");
  });
});

describe("disturbance witness: doubled packets", () => {
  const duplicate = { kind: "duplicate", percent: 40 } as const;
  const twice =
    (share: number): Seen =>
    (_, turn) => ({ answers: chance(turn) < share ? 2 : 1 });
  it("acts where as many canaries are answered twice", () => expect(state(duplicate, twice(0.4))).equal("acted gone fair"));
  it("does not act where far fewer or more are, or as many were before", () => {
    for (const share of [0, 0.15, 0.8]) expect(state(duplicate, twice(share)), String(share)).equal("idle gone fair");
    expect(state(duplicate, twice(0.4), (at, turn) => (at < times.fault ? twice(0.4)(at, turn) : calm))).equal("idle gone fair");
  });
  it("is not gone where answers still come twice", () =>
    expect(state(duplicate, twice(0.4), (at, turn) => (at > times.undone ? twice(0.4)(at, turn) : calm))).equal("acted there fair"));
});

describe("disturbance witness: reordered packets", () => {
  const reorder = { kind: "reorder", percent: 30, delayMs: 100 } as const;
  const held =
    (share: number, overtaken = 1): Seen =>
    (_, turn) =>
      chance(turn) < share ? { ms: 101, overtaken } : calm;
  it("acts where as many canaries are held back, and others overtake them", () =>
    expect(state(reorder, held(0.3))).equal("acted gone fair"));
  it("does not act where nobody overtakes them, or other shares are held back", () => {
    expect(state(reorder, held(0.3, 0))).equal("idle gone fair");
    for (const share of [0, 0.1, 0.7]) expect(state(reorder, held(share)), String(share)).equal("idle gone fair");
  });
  it("is not gone where some are still held back", () =>
    expect(state(reorder, held(0.3), (at, turn) => (at > times.undone ? held(0.3)(at, turn) : calm))).equal("acted there fair"));
});

describe("disturbance witness: a bystander", () => {
  const delay = { kind: "delay", delayMs: 100, spreadMs: 0 } as const;
  it("is harmed where its canaries are late, lost or doubled, too", () => {
    for (const hit of [{ bystanderMs: 101 }, { bystanderAnswers: 0 }, { bystanderAnswers: 2 }])
      expect(
        state(delay, () => ({ ms: 101, ...hit })),
        JSON.stringify(hit),
      ).equal("acted gone harm");
  });
  it("is not harmed by a stall of the machine or two", () =>
    expect(state(delay, (_, turn) => ({ ms: 101, ...(turn % 50 === 0 ? { bystanderMs: 80, bystanderAnswers: 0 } : {}) }))).equal(
      "acted gone fair",
    ));
});
