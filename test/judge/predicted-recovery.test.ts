import { expect } from "chai";
import { type Behaviour, type Script, calm, crawlingWrites, instancesOf, predictions, times } from "./journal-builder.ts";
import { during, only, lasting, seldom } from "./one-prediction.ts";

describe("predicted recovery", () => {
  const back = (ms: number) =>
    only(predictions.recovery, {
      behaviour: (probe, at, random) =>
        at < times.undone + ms ? crawlingWrites(probe, Math.min(at, times.undone - 1), random) : calm(probe, at, random),
    });
  it("is confirmed where calm followed in time", () => {
    const slow = during("control", [900, "ok"], times.fault, times.undone + 6_000);
    expect(only(predictions.recovery, { behaviour: slow })).match(/^confirmed/u);
  });
  it("is refuted where symptoms went on", () => {
    expect(only(predictions.recovery, { behaviour: during("control", [900, "ok"], times.fault, times.undone + 19_000) })).match(
      /^refuted: put-flag@app-1 still slow, predicted recovery within 15\.0s/u,
    );
  });
  it("sees a relapse that ended in time", () => {
    const twice: Behaviour = (probe, at, random) =>
      probe.plane === "control" && ((at > 11_000 && at < 32_000) || (at > 38_000 && at < 40_000)) ? [900, "ok"] : calm(probe, at, random);
    expect(only(predictions.recovery, { behaviour: twice })).match(/^confirmed/u);
  });
  it("is undecided where probing stopped too early to know", () => {
    expect(back(0)).match(/^confirmed/u);
    const short = {
      edit: (record: Parameters<NonNullable<Script["edit"]>>[0]) =>
        record.type === "phase" && record.phase === "recover" && record.edge === "end" ? { ...record, at: times.undone + 200 } : record,
    };
    expect(only(predictions.recovery, short)).match(/^inconclusive/u);
  });

  it("is undecided where failures that were too few for a call went on until the end", () => {
    const recovery = { ...predictions.recovery, instances: instancesOf("management") };
    const atTheEnd = lasting(2_500, times.stopped - 2_500);
    const undecided = /^inconclusive: ssh-banner@etcd-1 undecided: failing for 1\.6s on end/u;
    expect(seldom(atTheEnd, recovery)).match(undecided);
    expect(seldom((at) => lasting(20_000)(at) || atTheEnd(at), recovery)).match(undecided);
    expect(seldom(lasting(2_500, times.undone + 5_000), recovery)).match(/^confirmed/u);
    expect(seldom(lasting(800, times.stopped - 1_600), recovery)).match(/^confirmed/u);
  });
});
