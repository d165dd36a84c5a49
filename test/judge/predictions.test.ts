import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import {
  type Behaviour,
  calm,
  crawlingWrites,
  diskPressure,
  instancesOf,
  journal,
  partAt,
  predictions,
  puts,
  times,
} from "./journal-builder.ts";
import { during, only, lasting, seldom } from "./one-prediction.ts";

describe("predicted symptoms", () => {
  const failing = { ...predictions.slow, symptom: "failing", atLeast: undefined } as const;

  it("names another symptom than the predicted one", () => {
    expect(only(predictions.slow, { behaviour: during("control", [2, "failed"]) })).equal(
      "refuted: put-flag@app-1 failing, predicted slow at least 20x; put-flag@app-2 failing, predicted slow at least 20x",
    );
    expect(only(failing, { behaviour: during("control", [4, "wrong"]) })).match(/^refuted: put-flag@app-1 wrong, predicted failing/u);
  });

  it("a late sample is failing, and slow by definition", () => {
    expect(only(failing, { behaviour: during("control", [8_000, "late"]) })).match(/^confirmed: put-flag@app-1 failing/u);
    expect(only(predictions.slow, { behaviour: during("control", [8_000, "late"]) })).match(
      /^refuted: put-flag@app-1 failing, predicted slow/u,
    );
  });

  it("a slow probe that never answers again is called, though its baseline has seven blocks", () => {
    const shell = { everyMs: 1_250, deadlineMs: 4_000, tolerance: 0.3 };
    const probes = diskPressure.probes.map((probe) => (probe.name === "ssh-banner" ? { ...probe, ...shell } : probe));
    const predicted = { ...failing, id: "ssh failing", instances: ["ssh-banner@etcd-1"], withinMs: undefined };
    const judged = (behaviour: Behaviour) =>
      judge(journal({ behaviour, plan: { ...diskPressure, probes, predictions: [predicted, predictions.management] } })).predictions;
    const [hit, unaffected] = judged((probe, at, random) =>
      probe.instance === "ssh-banner@etcd-1" && at >= times.fault && at < times.undone ? [4_000, "late"] : calm(probe, at, random),
    );
    expect(hit?.outcome).equal("confirmed");
    expect(unaffected?.outcome).equal("refuted");
    const [missed, calmly] = judged(calm);
    expect([missed?.outcome, calmly?.outcome]).deep.equal(["inconclusive", "confirmed"]);
  });

  it("too late is refuted, however clear", () => {
    expect(only(predictions.slow, { behaviour: during("control", [1_300, "ok"], times.fault + 8_000) })).match(
      /^refuted: put-flag@app-1 slow only after 8\.\ds, predicted within 5\.0s/u,
    );
  });

  it("began with the first stretch that suffices, not with the loudest", () => {
    const twice: Behaviour = (probe, at, random) =>
      puts.includes(probe.instance) && ((at >= 12_000 && at < 13_500) || (at >= 23_000 && at < times.undone))
        ? [900, "ok"]
        : calm(probe, at, random);
    const slow = { ...predictions.slow, atLeast: undefined, withinMs: 2_000 } as const;
    expect(only(slow, { behaviour: twice })).match(/^confirmed: put-flag@app-1 slow/u);
    expect(only({ ...slow, symptom: "impaired" }, { behaviour: twice })).match(/^confirmed: put-flag@app-1 slow/u);
    expect(only({ ...slow, withinMs: 500 }, { behaviour: twice })).match(/^refuted: put-flag@app-1 slow only after 1\.0s/u);
  });

  it("impaired began with whatever came first", () => {
    const slowFirst: Behaviour = (probe, at, random) =>
      !puts.includes(probe.instance) || at < 12_000 || at >= times.undone
        ? calm(probe, at, random)
        : at < 14_000
          ? [900, "ok"]
          : [2, "failed"];
    const impaired = { ...failing, symptom: "impaired", withinMs: 2_000 } as const;
    expect(only(impaired, { behaviour: slowFirst })).match(/^confirmed: put-flag@app-1 failing/u);
  });

  it("too weak is refuted with the factor", () => {
    expect(only(predictions.slow, { behaviour: during("control", [60, "ok"]) })).match(
      /^refuted: put-flag@app-1 slow \d\.\dx, predicted slow at least 20x/u,
    );
  });

  it("on one replica only is refuted by the other", () => {
    const behaviour: Behaviour = (probe, at, random) =>
      probe.component === "app-1" ? crawlingWrites(probe, at, random) : calm(probe, at, random);
    expect(only(predictions.slow, { behaviour })).equal("refuted: put-flag@app-2 nothing seen, predicted slow at least 20x");
  });

  it("is undecided where the factor lies on either side of the predicted one", () => {
    const around: Behaviour = (probe, at, random) =>
      probe.plane === "control" && partAt(at) === "fault" ? [180 * (0.1 + 1.8 * random()), "ok"] : calm(probe, at, random);
    expect(only(predictions.slow, { behaviour: around })).match(
      /^inconclusive: put-flag@app-1 undecided: slow, \d+x, not proved to be slow at least 20x/u,
    );
  });

  it("is refuted with what was seen instead, though that is part of it", () => {
    expect(only(failing, { behaviour: during("control", [900, "ok"]) })).match(/^refuted: put-flag@app-1 slow, predicted failing/u);
    expect(only(failing, { behaviour: calm })).match(/^refuted: put-flag@app-1 nothing seen, predicted failing/u);
  });

  it("wrong answers are their own symptom", () => {
    expect(only({ ...failing, symptom: "wrong" }, { behaviour: during("control", [4, "wrong"]) })).match(
      /^confirmed: put-flag@app-1 wrong/u,
    );
  });

  it("impaired is any of them", () => {
    expect(only({ ...failing, symptom: "impaired" }, { behaviour: during("control", [4, "wrong"]) })).match(/^confirmed/u);
    expect(only({ ...failing, symptom: "impaired" }, { behaviour: calm })).match(/^refuted: .*nothing seen, predicted impaired/u);
  });

  it("two signatures in time: none before 8s, failing after", () => {
    const behaviour = during("control", [2, "failed"], times.fault + 10_000);
    const none = { ...failing, symptom: "none", withinMs: undefined, beforeMs: 8_000 } as const;
    const after = { ...failing, withinMs: undefined, afterMs: 8_000 } as const;
    expect(only(none, { behaviour })).match(/^confirmed/u);
    expect(only(after, { behaviour })).match(/^confirmed/u);
    expect(only({ ...none, beforeMs: 14_000 }, { behaviour })).match(/^refuted: put-flag@app-1 failing, predicted no symptom/u);
  });

  it("stale is refuted where changes still come through in time", () => {
    expect(only(predictions.stale, { behaviour: calm })).equal("refuted: flag-propagation nothing seen, predicted stale");
    expect(only(predictions.stale)).equal("confirmed: flag-propagation stale");
  });

  it("nothing else on the plane", () => {
    const rest = { kind: "only", id: "control only", sentence: "nothing else on control", plane: "control", instances: puts } as const;
    expect(only(rest)).match(/^refuted: flag-propagation (slow|stale), predicted no symptom/u);
    expect(only({ ...rest, instances: instancesOf("control") })).equal("inconclusive: nothing to observe");
  });
});

describe("predicted calm", () => {
  it("is refuted by failures, slowness and wrong answers", () => {
    for (const [seen, symptom] of [
      [[3, "failed"], "failing"],
      [[45, "ok"], "slow"],
      [[5, "wrong"], "wrong"],
    ] as const) {
      expect(only(predictions.data, { behaviour: during("data", seen) })).match(
        new RegExp(`^refuted: item-read@app-1 ${symptom}, predicted unaffected`, "u"),
      );
    }
  });

  it("is refuted by harm that is done at recovery only", () => {
    expect(only(predictions.data, { behaviour: during("data", [3, "failed"], times.undone + 1_000, times.undone + 3_000) })).match(
      /^refuted/u,
    );
  });

  it("forgives two bad blocks of 400", () => {
    expect(
      only(predictions.data, {
        behaviour: (probe, at, random) =>
          probe.plane === "data" && (at === 20_000 || at === 40_000) ? [3, "failed"] : calm(probe, at, random),
      }),
    ).match(/^confirmed/u);
  });

  it("is undecided where too few blocks were seen", () => {
    const plan = {
      ...diskPressure,
      probes: diskPressure.probes.map((probe) => ({ ...probe, tolerance: 0.005 })),
      predictions: [predictions.data],
    };
    expect(judge(journal({ plan, behaviour: calm })).predictions[0]?.observed).contain("does not prove less than 0.5 %");
  });

  it("of nothing at all has nothing to observe", () => {
    expect(only({ ...predictions.data, instances: [] })).equal("inconclusive: nothing to observe");
  });

  it("is undecided where one of many instances showed a little of a symptom", () => {
    const burst =
      (count: number): Behaviour =>
      (probe, at, random) =>
        probe.instance === "ssh-banner@etcd-1" && at >= 20_000 && at < 20_000 + 100 * count ? [3, "failed"] : calm(probe, at, random);
    const [three, eight, twelve] = [3, 8, 12].map((count) => only(predictions.management, { behaviour: burst(count) }));
    expect(three).match(/^confirmed/u);
    expect(eight).match(/^inconclusive: .* failing was called, but not strongly enough for 3 symptoms of all instances together/u);
    expect(twelve).match(/^refuted: ssh-banner@etcd-1 failing, predicted unaffected/u);
  });

  it("is undecided where nobody looked for longer than the shortest outage that can be called", () => {
    const blindFor =
      (ms: number): Behaviour =>
      (probe, at, random) =>
        probe.plane === "data" && at >= 20_000 && at < 20_000 + ms ? [0, "missed"] : calm(probe, at, random);
    expect(only(predictions.data, { behaviour: blindFor(400) })).match(
      /^inconclusive: item-read@app-1 undecided: nobody looked for 410ms/u,
    );
    expect(only(predictions.data, { behaviour: blindFor(200) })).match(/^confirmed/u);
  });

  it("is undecided where two blocks in a row failed, half a second apart: calm afterwards cannot pay for an outage", () => {
    expect(seldom(lasting(800))).match(/^confirmed/u);
    expect(seldom(lasting(1_700))).match(/^inconclusive: ssh-banner@etcd-1 undecided: failing for 1\.6s on end/u);
    expect(seldom(lasting(300), predictions.management, 100)).match(/^confirmed/u);
  });
});
