// Links: what the kernel says inside, what a peer's canaries say outside, and that only both together are believed.
import { expect } from "chai";
import type { WitnessRow } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { flapping } from "../../src/judge/witness-link.ts";
import { partAt, times } from "./journal-builder.ts";
import { stateOf } from "./witness-state.ts";

type Link = Extract<Witness, { readonly kind: "link" }>;
const down: Link = {
  kind: "link",
  id: "w1",
  changes: ["c1"],
  at: { component: "app-1" },
  network: "data",
  peer: { component: "user" },
  flap: undefined,
};
const flap: Link = { ...down, flap: { downMs: 500, upMs: 1_500 } };

/** Fifty readings and canaries a row; shares are those of the fault, none elsewhere. */
const row =
  (share: { readonly down: number; readonly turns?: number; readonly lost?: number }, more: (at: number) => WitnessRow[1] = () => ({})) =>
  (at: number): WitnessRow[1] => {
    const acts = partAt(at) === "fault" && at > times.fault;
    const lost = acts ? (share.lost ?? share.down) : 0;
    return {
      readings: 50,
      down: acts ? 50 * share.down : 0,
      turns: acts ? (share.turns ?? 0) : 0,
      sent: 50,
      received: 50 - Math.round(50 * lost),
      ...more(at),
    };
  };

describe("link witness", () => {
  it("acts where the link is down throughout and no canary arrives, and is gone where both are back", () =>
    expect(stateOf(down, row({ down: 1 }))).equal("acted gone fair"));
  it("does not act where the kernel says down and canaries arrive, nor where canaries are lost and the link is up", () => {
    expect(stateOf(down, row({ down: 1, lost: 0 }))).equal("idle gone fair");
    expect(stateOf(down, row({ down: 0, lost: 1 }))).equal("idle gone fair");
  });
  it("does not act where it was up for a moment", () => expect(stateOf(down, row({ down: 0.98, lost: 1 }))).equal("idle gone fair"));
  it("does not act where it was down or lost packets before", () => {
    const before = (values: WitnessRow[1]) => (at: number) => (partAt(at) === "baseline" ? values : {});
    expect(stateOf(down, row({ down: 1 }, before({ down: 50 })))).equal("idle gone fair");
    expect(stateOf(down, row({ down: 1 }, before({ received: 20 })))).equal("idle gone fair");
  });
  it("is not gone where it stays down, or no canary comes through again", () => {
    const after = (values: WitnessRow[1]) => (at: number) => (partAt(at) === "recovery" ? values : {});
    expect(stateOf(down, row({ down: 1 }, after({ down: 1 })))).equal("acted there fair");
    expect(stateOf(down, row({ down: 1 }, after({ received: 0 })))).equal("acted there fair");
  });
  it("gives neighbours time to be learnt again", () =>
    expect(
      stateOf(
        down,
        row({ down: 1 }, (at) => (at > times.undone && at < times.undone + 2_000 ? { received: 0 } : {})),
      ),
    ).equal("acted gone fair"));
  it("has not been seen without canaries of the peer that it has, nor with a hole", () => {
    expect(
      stateOf(
        down,
        row({ down: 1 }, () => ({ sent: 0, received: 0 })),
      ),
    ).equal("idle there fair");
    const whole = row({ down: 1 });
    expect(stateOf(down, (at) => (at > 15_000 && at < 25_000 ? undefined : whole(at)))).equal("idle gone fair");
  });
  it("believes the kernel alone where the component has nobody beside it", () =>
    expect(
      stateOf(
        { ...down, peer: undefined },
        row({ down: 1 }, () => ({ sent: 0, received: 0 })),
      ),
    ).equal("acted gone fair"));
});

describe("link witness of a flapping link", () => {
  it("acts where it turned as often and was down for as long as asked", () => {
    expect(stateOf(flap, row({ down: 0.25, turns: 1 }))).equal("acted gone fair");
    expect(stateOf(flap, row({ down: 0.25, turns: 1, lost: 0.5 }))).equal("acted gone fair");
  });
  it("does not act at another rhythm", () => {
    expect(stateOf(flap, row({ down: 0.25, turns: 0 }))).equal("idle gone fair");
    expect(stateOf(flap, row({ down: 0.25, turns: 3 }))).equal("idle gone fair");
    expect(stateOf(flap, row({ down: 0.5, turns: 1 }))).equal("idle gone fair");
    expect(stateOf(flap, row({ down: 0.1, turns: 1 }))).equal("idle gone fair");
  });
  it("does not act where canaries tell another story", () => {
    expect(stateOf(flap, row({ down: 0.25, turns: 1, lost: 0 }))).equal("idle gone fair");
    expect(stateOf(flap, row({ down: 0.25, turns: 1, lost: 1 }))).equal("idle gone fair");
  });
  it("is expected to begin with its time down", () => {
    const times = { downMs: 500, upMs: 1_500 };
    expect(flapping(times, 400)).to.deep.equal({ downShare: 1, turns: 0 });
    expect(flapping(times, 1_000)).to.deep.equal({ downShare: 0.5, turns: 1 });
    expect(flapping(times, 4_000)).to.deep.equal({ downShare: 0.25, turns: 4 });
  });
});
