// What becomes of points: who is to blame for what was not asked, and counters of a script.
import { expect } from "chai";
import { rateReader, scriptReader, Tally } from "../../../src/agent/load/readers.ts";
import type { Taken } from "../../../src/agent/probe/open-loop.ts";
import type { JournalRecord } from "../../../src/model/record.ts";
import { http1, probe } from "../probe/fixture.ts";

describe("samples of a load at a rate", () => {
  const taken: [string, Taken][] = [];
  const reader = rateReader(
    ["load@app-1", "load@app-2"].map((instance) => probe(http1(80), { instance })),
    ({ instance }) =>
      (one) =>
        void taken.push([instance, one]),
  );
  const read = (metric: string, value: number, tags: Readonly<Record<string, string>>): readonly [string, Taken][] => {
    reader.read({ metric, at: 1_000, value, tags });
    return taken.splice(0);
  };

  it("begin when they were due", () => {
    expect(read("planefault_sample", 200, { scenario: "load_1", outcome: "late" })).to.deep.equal([
      ["load@app-2", { scheduledAt: 800, startedAt: 800, endedAt: 1_000, tookMs: 200, outcome: "late", detail: undefined }],
    ]);
    expect(read("planefault_sample", 3, { scenario: "load_0", outcome: "failed", detail: "connection refused" })[0]?.[1]).to.include({
      scheduledAt: 997,
      outcome: "failed",
      detail: "connection refused",
    });
  });

  it("are missed where k6 dropped them: its own fault", () => {
    const dropped = read("dropped_iterations", 2, { scenario: "load_0" });
    expect(dropped.map(([instance, { outcome, scheduledAt }]) => [instance, outcome, scheduledAt])).to.deep.equal([
      ["load@app-1", "missed", 1_000],
      ["load@app-1", "missed", 1_000],
    ]);
  });

  it("are nobody's where the scenario is unknown", () => {
    expect(read("planefault_sample", 3, { scenario: "other", outcome: "ok" })).to.deep.equal([]);
  });
});

describe("counters of a script", () => {
  it("are said once per second", () => {
    const said: JournalRecord[] = [];
    const tally = new Tally();
    const reader = scriptReader("load", tally, (record) => void said.push(record));
    const request = (value: number, expected: string): void =>
      reader.read({ metric: "http_req_duration", at: 0, value, tags: { expected_response: expected } });
    request(10, "true");
    request(30, "false");
    tally.count({ metric: "dropped_iterations", at: 0, value: 3, tags: {} });
    for (const at of [1_000, 1_500, 2_000]) reader.flush(at);
    const counters = { requests: 2, failedRequests: 1, droppedIterations: 3 };
    expect(said).to.deep.equal([
      { type: "evidence", at: 1_000, component: "load", values: { ...counters, requestMs: 20 } },
      { type: "evidence", at: 2_000, component: "load", values: counters },
    ]);
  });
});
