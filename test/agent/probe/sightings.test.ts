import { expect } from "chai";
import type { Reading } from "../../../src/agent/probe/attempt.ts";
import { growingSightings, writtenSightings } from "../../../src/agent/probe/sightings.ts";

/** Collects how samples settle, by name. */
function samples() {
  const settled: Record<string, string> = {};
  const settle =
    (name: string) =>
    ({ outcome, detail }: Reading): void =>
      void (settled[name] = detail === undefined ? outcome : `${outcome}: ${detail}`);
  return { settled, settle };
}

describe("written numbers", () => {
  const written = (upTo: number) => {
    const sightings = writtenSightings();
    sightings.reading()(0);
    const { settled, settle } = samples();
    for (let n = 1; n <= upTo; n++) {
      sightings.await(sightings.number(n), settle(String(n)));
      sightings.acknowledged(n);
    }
    return { sightings, settled, settle };
  };

  it("takes a number for an answer from the past where its write was acknowledged before a number began that was seen already", () => {
    const { sightings, settled } = written(3);
    sightings.reading()(2);
    sightings.reading()(1);
    expect(settled).to.deep.equal({ "1": "ok", "2": "ok", "3": "wrong: 1 after 2" });
  });

  it("takes what was there before the run for an answer from the past as soon as one of ours was seen", () => {
    const { sightings, settled } = written(2);
    sightings.reading()(1);
    sightings.reading()(0);
    expect(settled["2"]).to.equal("wrong: 0 after 1");
  });

  it("does not where writes overlapped: they may be done in any order", () => {
    const sightings = writtenSightings();
    const { settled, settle } = samples();
    for (const n of [1, 2, 3]) sightings.await(sightings.number(n), settle(String(n)));
    sightings.acknowledged(2);
    sightings.acknowledged(1);
    sightings.reading()(2);
    sightings.reading()(1);
    expect(settled).to.deep.equal({ "1": "ok", "2": "ok" });
  });

  it("does not where the reads overlapped: an older read may be answered last", () => {
    const { sightings, settled } = written(3);
    const slow = sightings.reading();
    sightings.reading()(2);
    slow(1);
    expect(settled).to.deep.equal({ "1": "ok", "2": "ok" });
  });

  it("takes nothing from a number that nobody wrote", () => {
    const { sightings, settled } = written(2);
    sightings.reading()(700);
    sightings.reading()(1);
    expect(settled).to.deep.equal({ "1": "ok" });
  });

  it("holds an answer from the past against the next sample where none waits", () => {
    const { sightings, settled, settle } = written(2);
    sightings.reading()(2);
    sightings.reading()(1);
    sightings.await(sightings.number(3), settle("3"));
    sightings.await(sightings.number(4), settle("4"));
    expect(settled).to.deep.equal({ "1": "ok", "2": "ok", "3": "wrong: 1 after 2" });
  });
});

describe("numbers that grow by themselves", () => {
  it("wait for one higher than was known, or than the first one seen", () => {
    const sightings = growingSightings();
    const { settled, settle } = samples();
    sightings.await(settle("early"));
    sightings.reading()(10.5);
    sightings.await(settle("first"));
    sightings.reading()(10.5);
    expect(settled).to.deep.equal({});
    sightings.reading()(11.5);
    expect(settled).to.deep.equal({ early: "ok", first: "ok" });
    sightings.await(settle("second"));
    sightings.reading()(11.5);
    expect(settled).to.not.have.property("second");
  });

  it("are answers from the past where they fall", () => {
    const sightings = growingSightings();
    const { settled, settle } = samples();
    const slow = sightings.reading();
    sightings.reading()(11);
    sightings.await(settle("one"));
    slow(10);
    expect(settled).to.deep.equal({});
    sightings.reading()(10);
    expect(settled).to.deep.equal({ one: "wrong: 10 after 11" });
  });
});
