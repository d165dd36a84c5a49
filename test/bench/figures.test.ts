// What shots come to: medians, distances, goals and ratios.
import { expect } from "chai";
import { figuresOf, figuresTable, goalLines, ours, ratioLines, type Shot } from "../../bench/inject/figures.ts";

/** Due at 1000 for 1000 ms; its end was ordered on time and answered 5 ms later. */
const shot = (tool: string, lateMs: number, longerMs: number, blurMs = 0.25): Shot => ({
  tool,
  fault: "net.loss",
  dueMs: 1_000,
  askedMs: 1_000,
  end: { orderedMs: 2_000, answeredMs: 2_005 },
  span: { begin: { atMs: 1_000 + lateMs, blurMs }, end: { atMs: 2_000 + lateMs + longerMs, blurMs: 0.25 } },
});

describe("the figures of shots", () => {
  it("are medians, and the 99th percentile of the distance on either side", () => {
    const [figures] = figuresOf([shot(ours, -3, 1), shot(ours, 0.5, 2), shot(ours, 1, 3)]);
    expect(figures).to.deep.include({
      shots: 3,
      sharp: 3,
      late: { medianMs: 0.5, offMs: 1, p99Ms: 3 },
      longer: { medianMs: 2, offMs: 2, p99Ms: 3 },
    });
    expect(figures).to.deep.include({ gone: { medianMs: 2.5, offMs: 2.5, p99Ms: 4 }, proved: { medianMs: 5, offMs: 5, p99Ms: 5 } });
  });

  it("leave out, and count, what a stalled stopwatch did not see begin sharply; its end was seen, and the answer needs no stopwatch", () => {
    const [figures] = figuresOf([shot(ours, 0.5, 2), shot(ours, 40, 2, 30), { ...shot(ours, 0, 0), span: undefined }]);
    expect(figures).to.deep.include({
      shots: 3,
      sharp: 1,
      late: { medianMs: 0.5, offMs: 0.5, p99Ms: 0.5 },
      proved: { medianMs: 5, offMs: 5, p99Ms: 5 },
    });
    expect(figuresTable(figures ? [figures] : [], "").rows).to.deep.equal([
      ["net.loss", ours, "1 of 3", "0.50 / 0.50", "2.00 / 2.00", "2.50 / 42.0", "5.00 / 5.00"],
    ]);
  });

  it("keep what is far off and seen less sharply, since that is known well enough", () => {
    const [figures] = figuresOf([shot("Pumba", 300, 2, 30), shot("Pumba", 310, 2, 32)]);
    expect(figures).to.deep.include({ sharp: 1, late: { medianMs: 300, offMs: 300, p99Ms: 300 } });
  });

  it("say nothing of a time that was not asked for, or an end that nobody ordered", () => {
    const [figures] = figuresOf([{ ...shot("Pumba", 300, 100), askedMs: undefined, end: undefined }]);
    expect(figures).to.include({ longer: undefined, gone: undefined, proved: undefined });
  });

  it("name every fault that misses a goal", () => {
    const lines = goalLines(figuresOf([shot(ours, 0.5, 2), { ...shot(ours, 1.5, 20), fault: "link.down" }]));
    expect(lines).to.deep.equal([
      "acts within 1 ms of its instant, at the median: 1 of 2 faults; not link.down 1.50 ms",
      "within 2 ms, at p99: 2 of 2 faults",
      "as long as asked to 1 %, at the median: 1 of 2 faults; not link.down 2.00 %",
      "proved to be gone within 50 ms of the order, at p99: 2 of 2 faults",
    ]);
  });

  it("compare others with us, and take us for no better than the stopwatch can tell", () => {
    const lines = ratioLines(figuresOf([shot(ours, 0.01, 4), shot("Pumba", 300, -108)]));
    expect(lines).to.deep.equal([
      "net.loss: Pumba is off its instant 1200 times, and off the time it was to last 27.0 times as far as planefault",
    ]);
  });
});
