// The summary that k6 1.1.0 exports: its `true` means crossed.
import { expect } from "chai";
import { thresholdsIn } from "../../../src/agent/load/k6-summary.ts";

const summary = {
  root_group: {},
  metrics: {
    http_req_duration: { avg: 30, "p(95)": 825.16, thresholds: { "p(95)<200": true, "p(99)<900": false, "avg<100": false } },
    http_req_failed: { passes: 0, fails: 258, value: 0, thresholds: { "rate<0.01": false } },
    "checks{about:answer}": { value: 1, thresholds: { "rate>0.99": false } },
    errors: { count: 0, rate: 0, thresholds: { "count<1": false } },
    "checks{a:b}": { passes: 0, fails: 0, value: 0, thresholds: { "rate>0.9": false } },
    steps: { "p(95)": 0, avg: 0, max: 0, thresholds: { "max<1000": false } },
    iterations: { count: 258, rate: 11 },
  },
};

describe("thresholds of a summary", () => {
  it("are read with what they are about, where the summary has it", () => {
    expect(thresholdsIn(JSON.stringify(summary))).to.deep.equal([
      { metric: "http_req_duration", expression: "p(95)<200", crossed: true, sampled: true, value: 825.16 },
      { metric: "http_req_duration", expression: "p(99)<900", crossed: false, sampled: true },
      { metric: "http_req_duration", expression: "avg<100", crossed: false, sampled: true, value: 30 },
      { metric: "http_req_failed", expression: "rate<0.01", crossed: false, sampled: true, value: 0 },
      { metric: "checks{about:answer}", expression: "rate>0.99", crossed: false, sampled: true, value: 1 },
      { metric: "errors", expression: "count<1", crossed: false, sampled: true, value: 0 },
      { metric: "checks{a:b}", expression: "rate>0.9", crossed: false, sampled: false, value: 0 },
      { metric: "steps", expression: "max<1000", crossed: false, sampled: false, value: 0 },
    ]);
  });

  it("are none in a script without any, and unknown without a summary", () => {
    expect(thresholdsIn('{"metrics":{"iterations":{"count":1}}}')).to.deep.equal([]);
    for (const text of ["", "{", "null", '{"metrics":1}']) expect(thresholdsIn(text), text).to.equal(undefined);
  });
});
