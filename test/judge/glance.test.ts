// A short look without a baseline: facts say yes, partly or no, and what only a baseline could tell is "cannot tell".
import { expect } from "chai";
import { glance, type Look } from "../../src/judge/glance.ts";
import type { ClaimRow, JournalRecord, Sample } from "../../src/model/record.ts";
import { probes, signals, stack } from "./etcd-app.ts";

const well: readonly Sample[] = [0, 250, 500, 750].map((at): Sample => [at, 3, "ok"]);
const rowsOf = (instance: string, rows: readonly Sample[]): JournalRecord => ({ type: "samples", at: 1_000, instance, rows: [...rows] });
const claim = (said: ClaimRow[2]): JournalRecord => ({
  type: "claims",
  at: 1_000,
  instance: "etcd-health@etcd-1",
  rows: [
    [0, 2, said],
    [500, 2, said],
  ],
});

/** All is well but what is given by probe name or instance. */
const look = (other: Readonly<Record<string, readonly Sample[]>>, more: Partial<Look> = {}, said: ClaimRow[2] = "healthy") =>
  glance({
    stack,
    probes,
    signals,
    patienceMs: 1_500,
    watchOnly: false,
    records: [...probes.map(({ instance, name }) => rowsOf(instance, other[instance] ?? other[name] ?? well)), claim(said)],
    ...more,
  });
const answers = (seen: ReturnType<typeof look>) => seen.planes.map(({ answer }) => answer);
const instance = (seen: ReturnType<typeof look>, name: string) =>
  seen.planes.flatMap(({ instances }) => instances).find((one) => one.instance === name);

describe("a glance", () => {
  it("says yes three times where everybody answers, and has nothing to diagnose", () => {
    const seen = look({});
    expect(answers(seen)).to.deep.equal(["yes", "yes", "yes"]);
    expect(seen.diagnosis).to.equal(undefined);
    expect(seen.signals).to.deep.equal([
      { instance: "etcd-health@etcd-1", claims: { healthy: 2, unhealthy: 0, silent: 0 }, claim: "healthy", lieAbout: [] },
    ]);
  });

  it("says no where nobody answers in time, names the first error and the way", () => {
    const seen = look({
      "item-read": [
        [0, 50, "late"],
        [250, 1, "failed", "ECONNREFUSED"],
      ],
    });
    expect(answers(seen)).to.deep.equal(["no", "yes", "yes"]);
    expect(instance(seen, "item-read@app-1")).to.deep.include({ answer: "no", ok: 0, samples: 2, why: "late" });
    expect(seen.signals[0]?.lieAbout).to.deep.equal([]);
    expect(seen.diagnosis?.roots).to.deep.equal([{ root: "data", component: undefined }]);
  });

  it("names the liar: who claims health while those are hit for whom it answers", () => {
    const late: readonly Sample[] = [
      [0, 8_000, "late"],
      [250, 8_000, "late"],
    ];
    const seen = look({ "put-flag": late, "flag-propagation": late }, { patienceMs: 10_000 });
    expect(seen.signals[0]?.lieAbout).to.deep.equal(["control"]);
  });

  it("says partly where one of several instances fails, and diagnoses the member behind it", () => {
    const seen = look(
      {
        "ssh-banner@etcd-2": [
          [0, 500, "late"],
          [250, 500, "late"],
        ],
      },
      {},
      "unhealthy",
    );
    expect(answers(seen)).to.deep.equal(["yes", "yes", "partly"]);
    expect(seen.diagnosis?.roots).to.deep.equal([{ root: "management", component: "etcd-2" }]);
    expect(seen.signals[0]?.lieAbout).to.deep.equal([]);
  });

  it("calls nothing impaired for one bad sample, and says what was bad", () => {
    const once: readonly Sample[] = [
      [0, 3, "ok"],
      [250, 1, "failed", "ECONNREFUSED"],
      [500, 3, "ok"],
    ];
    const seen = look({ "item-read@app-1": once });
    expect(answers(seen)).to.deep.equal(["cannot tell", "yes", "yes"]);
    expect(instance(seen, "item-read@app-1")).to.deep.include({
      answer: "cannot tell",
      unclear: true,
      ok: 2,
      why: "unclear: 1 of 3 bad, ECONNREFUSED",
    });
    expect([seen.diagnosis, seen.signals[0]?.lieAbout]).to.deep.equal([undefined, []]);
    expect(answers(look({ "item-read@app-1": once.slice(1, 2) }))[0]).to.equal("cannot tell");
    // Two probes of one component bear each other out; two components may each have had an accident.
    expect(answers(look({ "item-read@app-1": once, "put-flag@app-1": once }))).to.deep.equal(["partly", "partly", "yes"]);
    expect(answers(look({ "item-read": once }))).to.deep.equal(["cannot tell", "yes", "yes"]);
    // What the target tolerates bears nothing out.
    const tolerated = Array.from({ length: 40 }, (_, n): Sample => [n, 3, n === 0 ? "failed" : "ok"]);
    expect(answers(look({ "item-read@app-1": once, "put-flag@app-1": tolerated }))).to.deep.equal(["cannot tell", "yes", "yes"]);
  });

  it("calls nobody a liar beside trouble of the management plane alone, unless its target says that it speaks of that", () => {
    const late: readonly Sample[] = [
      [0, 500, "late"],
      [250, 500, "late"],
    ];
    const seen = look({ "ssh-banner": late });
    expect(answers(seen)).to.deep.equal(["yes", "yes", "no"]);
    expect(seen.signals[0]?.lieAbout).to.deep.equal([]);
    const spokenOf = look({ "ssh-banner": late }, { signals: signals.map((signal) => ({ ...signal, alsoAbout: ["ssh-banner"] })) });
    expect(spokenOf.signals[0]?.lieAbout).to.deep.equal(["management"]);
  });

  it("forgives the share that the target tolerates, and no more", () => {
    const mixed = (bad: number): readonly Sample[] => Array.from({ length: 20 }, (_, n): Sample => [n, 3, n < bad ? "failed" : "ok"]);
    expect(instance(look({ "put-flag": mixed(2) }), "put-flag@app-1")).to.deep.include({ answer: "yes", ok: 18 });
    expect(instance(look({ "put-flag": mixed(3) }), "put-flag@app-1")).to.deep.include({ answer: "partly", ok: 17 });
  });

  it("cannot tell where the deadline allows a longer wait than there was", () => {
    const waiting: readonly Sample[] = [
      [0, 1_500, "late"],
      [250, 1_500, "late"],
    ];
    const floor = (slowFloorMs: number) => ({ probes: probes.map((probe) => ({ ...probe, slowFloorMs })) });
    const seen = look({ "put-flag": waiting }, floor(301));
    expect(answers(seen)).to.deep.equal(["yes", "cannot tell", "yes"]);
    expect(instance(seen, "put-flag@app-1")?.why).to.equal("no answer within 1.5s, and 8s are allowed");
    expect(answers(look({ "put-flag": waiting, "flag-propagation": waiting }, { patienceMs: 10_000 }))[1]).to.equal("no");
    // Five times as long as a good answer may take: it hangs, unless one of them came.
    const hung = look({ "put-flag": waiting }, floor(300));
    expect(answers(hung)).to.deep.equal(["yes", "partly", "yes"]);
    expect(instance(hung, "put-flag@app-1")).to.deep.include({ answer: "no", why: "nothing within 1.5s, though 8s are allowed" });
    expect(instance(look({ "put-flag": [...waiting, [500, 3, "ok"]] }, floor(300)), "put-flag@app-1")?.answer).to.equal("cannot tell");
    // Once may be an accident.
    expect(instance(look({ "put-flag@app-1": waiting.slice(1) }, floor(300)), "put-flag@app-1")?.answer).to.equal("cannot tell");
  });

  it("names both planes of a member whose requests fail on each of its own networks, and says where there is no single cause", () => {
    const dead: readonly Sample[] = [
      [0, 500, "failed", "EHOSTUNREACH"],
      [250, 500, "failed", "EHOSTUNREACH"],
    ];
    const one = look({ "put-flag@app-1": dead, "flag-propagation": dead, "ssh-banner@etcd-3": dead });
    expect(one.diagnosis?.abstained).to.contain("no single cause explains them");
  });

  it("cannot tell whether an answer above the floor is slow, but of a number that is only watched", () => {
    const slow: readonly Sample[] = [
      [0, 900, "ok"],
      [250, 900, "ok"],
    ];
    expect(instance(look({ "put-flag": slow }), "put-flag@app-1")?.why).to.contain("perhaps slow: over 10ms");
    expect(instance(look({ "flag-propagation": slow }), "flag-propagation")?.answer).to.equal("cannot tell");
    expect(instance(look({ "flag-propagation": slow }, { watchOnly: true }), "flag-propagation")?.answer).to.equal("yes");
  });

  it("cannot tell from what the prober itself missed, nor where nobody looks", () => {
    const seen = look({ "item-read": [[0, 0, "missed", "prober lagged"]] });
    expect(answers(seen)).to.deep.equal(["cannot tell", "yes", "yes"]);
    expect(instance(seen, "item-read@app-1")?.why).to.equal("prober lagged");
    expect(answers(look({}, { probes: probes.filter(({ plane }) => plane !== "data") }))[0]).to.equal("cannot tell");
  });

  it("does not call a signal silent that may still answer", () => {
    expect(look({}, { patienceMs: 1_500 }, "silent").signals[0]?.claim).to.equal(undefined);
    expect(look({}, { patienceMs: 2_000 }, "silent").signals[0]?.claim).to.equal("silent");
  });
});
