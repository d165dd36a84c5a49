// The summary that k6 1.1.0 exports: its `true` means crossed.
import { expect } from "chai";
import { thresholdsIn } from "../../../src/agent/load/k6-summary.ts";

const summary = {
  root_group: {},
  metrics: {
    http_req_duration: { avg: 30, "p(95)": 825.16, thresholds: { "p(95)<200": true, "p(99)<900": false, "avg<100": false } },
    http_req_failed: { passes: 0, fails: 258, value: 0, thresholds: { "rate<0.01": false } },
    "checks{about:answer}": { value: 1, thresholds: { "rate>0.99": false } },
    iterations: { count: 258, rate: 11 },
  },
};

describe("thresholds of a summary", () => {
  it("are read with what they are about, where the summary has it", () => {
    expect(thresholdsIn(JSON.stringify(summary))).to.deep.equal([
      { metric: "http_req_duration", expression: "p(95)<200", crossed: true, value: 825.16 },
      { metric: "http_req_duration", expression: "p(99)<900", crossed: false },
      { metric: "http_req_duration", expression: "avg<100", crossed: false, value: 30 },
      { metric: "http_req_failed", expression: "rate<0.01", crossed: false, value: 0 },
      { metric: "checks{about:answer}", expression: "rate>0.99", crossed: false, value: 1 },
    ]);
  });

  it("are none in a script without any, and unknown without a summary", () => {
    expect(thresholdsIn('{"metrics":{"iterations":{"count":1}}}')).to.deep.equal([]);
    for (const text of ["", "{", "null", '{"metrics":1}']) expect(thresholdsIn(text), text).to.equal(undefined);
  });
});
