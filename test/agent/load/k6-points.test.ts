// Lines of k6 1.1.0, as it wrote them.
import { expect } from "chai";
import { pointOf } from "../../../src/agent/load/k6-points.ts";

const metrics = new Set(["http_req_duration"]);
const line = (time: string, metric = "http_req_duration"): string =>
  `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":14.834325,"tags":{"expected_response":"true","scenario":"default"}}}`;

describe("points of k6", () => {
  it("are moved from the wall clock to the run's, to the microsecond", () => {
    const offsetMs = 2_000 - Date.parse("2026-11-23T17:27:52Z");
    const point = pointOf(line("2026-11-23T17:27:52.194769549Z"), metrics, offsetMs);
    expect(point).to.deep.include({
      metric: "http_req_duration",
      value: 14.834325,
      tags: { expected_response: "true", scenario: "default" },
    });
    expect(point?.at).to.be.closeTo(2_194.7695, 0.001);
    expect(pointOf(line("2026-11-23T18:27:52+01:00"), metrics, offsetMs)?.at).to.equal(2_000);
  });

  it("are only those of the metrics that are wanted; whatever else is printed is no point", () => {
    const others = [
      line("2026-11-23T17:27:52Z", "http_reqs"),
      line("yesterday"),
      `{"metric":"http_req_duration","type":"Po`,
      `{"type":"Metric","data":{"name":"http_req_duration"},"metric":"http_req_duration"}`,
      `{"metric":"http_req_duration","data":null}`,
      "    http_req_duration...: avg=1.06ms",
      "null",
    ];
    expect(others.map((other) => pointOf(other, metrics, 0))).to.deep.equal(others.map(() => undefined));
  });
});
