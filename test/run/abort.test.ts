// Abort conditions on streams of samples that are known once they end: at once when good or refused, at their deadline when late.
import { expect } from "chai";
import type { ProbeInstance } from "../../src/model/probe.ts";
import type { Sample } from "../../src/model/record.ts";
import { abortReason } from "../../src/run/abort.ts";
import { samplePlan } from "./sample-plan.ts";

const everyMs = 100;
const deadlineMs = 8_000;
const ok = (at: number): Sample => [at, 5, "ok"];
const late = (at: number): Sample => [at, deadlineMs, "late"];
const refused = (at: number): Sample => [at, 1, "failed"];

type Nth = (at: number, nth: number) => Sample;

/** When, and with which words, the run is ended; the first 30 s after the fault began at 10 s are watched. */
function endOf(streams: Readonly<Record<string, Nth>>, failing = 0.5): { readonly afterMs: number; readonly reason: string } | undefined {
  const startMs = 10_000;
  const probes = samplePlan([]).probes.flatMap((probe): ProbeInstance[] =>
    probe.instance === "put-flag@app-1" ? Object.keys(streams).map((instance) => ({ ...probe, instance, everyMs, deadlineMs })) : [],
  );
  const rows = (instance: string): Sample[] => Array.from({ length: 400 }, (_, n) => streams[instance]?.(n * everyMs, n) ?? ok(n));
  for (let nowMs = startMs; nowMs < startMs + 30_000; nowMs += 100) {
    const taken = (instance: string, fromMs: number, toMs: number): readonly Sample[] =>
      rows(instance).filter(([at, tookMs, outcome]) => at >= fromMs && at < toMs && at + tookMs <= nowMs && outcome !== "missed");
    const reason = abortReason({ probes, taken }, [{ instances: Object.keys(streams), failing, forMs: 3_000 }], startMs, nowMs);
    if (reason !== undefined) return { afterMs: nowMs - startMs, reason };
  }
  return undefined;
}

describe("abort conditions", () => {
  it("see samples that are still pending beside good ones that arrived at once", () => {
    expect(endOf({ "put-flag@app-1": (at, nth) => (nth % 10 < 8 ? late(at) : ok(at)) })?.afterMs).to.be.within(11_000, 12_000);
  });

  it("judge each instance by itself: a healthy replica does not excuse the other", () => {
    const end = endOf({ "put-flag@app-1": late, "put-flag@app-2": ok });
    expect(end?.afterMs).to.be.within(11_000, 12_000);
    expect(end?.reason).to.equal("30 of 30 samples of put-flag@app-1 were bad over 3 s (allowed: less than 50 %)");
  });

  it("wait for no deadline where enough is known to be bad already", () => {
    expect(endOf({ "put-flag@app-1": ok, "put-flag@app-2": refused })?.afterMs).to.be.within(3_000, 3_200);
  });

  it("leave out what the prober missed", () => {
    const end = endOf({ "put-flag@app-1": (at, nth) => (nth % 2 === 0 ? [at, 0, "missed"] : late(at)) }, 0.9);
    expect(end?.afterMs).to.be.within(11_000, 12_000);
  });

  it("let a run go on that hurts less than allowed, and look at whole windows only", () => {
    expect(endOf({ "put-flag@app-1": (at, nth) => (nth % 10 < 4 ? late(at) : ok(at)), "put-flag@app-2": ok })).to.equal(undefined);
    expect(endOf({ "put-flag@app-1": (at) => (at < 12_500 ? refused(at) : ok(at)) }, 0.9)).to.equal(undefined);
  });
});
