// The script of a load at a rate: data stays data, and each answer is worth what it is worth to a probe. k6's own modules are stood in for.
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { rateScript } from "../../../src/agent/load/rate-script.ts";
import type { HttpRequest } from "../../../src/model/probe.ts";
import { http1, probe, request } from "../probe/fixture.ts";

const addresses = { app: { data: "10.64.0.10" } };
const script = (changes: Partial<HttpRequest> = {}, connection: "new" | "reused" = "new"): string =>
  rateScript([probe(http1(8080, changes, connection), { instance: "load", everyMs: 20, deadlineMs: 500 })], addresses);

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly error?: string;
  readonly error_code?: number;
  readonly timings?: { readonly blocked: number; readonly duration: number };
}
interface Seen {
  readonly asked: readonly unknown[];
  readonly samples: readonly (readonly [number, Readonly<Record<string, string>>])[];
  readonly options: {
    readonly noConnectionReuse: boolean;
    readonly scenarios: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** Runs the script's one function once against a given answer. */
function played(text: string, answer: Answer = { status: 200, body: "{}" }): Seen {
  const seen: { asked: unknown[]; samples: unknown[] } = { asked: [], samples: [] };
  class Trend {
    add(ms: number, tags: object): void {
      seen.samples.push([ms, { ...tags }]);
    }
  }
  const http = {
    request: (...asked: unknown[]) => {
      seen.asked.push(...asked);
      return { error: "", error_code: 0, timings: { blocked: 1, duration: 2 }, ...answer };
    },
  };
  const exec = { scenario: { name: "load_0", iterationInTest: 6 } };
  const plain = text.replaceAll(/^import .*$/gmu, "").replaceAll(/^export /gmu, "");
  const options: unknown = runInNewContext(`${plain}\nask();\noptions;`, { http, exec, Trend });
  return { ...seen, options } as unknown as Seen;
}

describe("the script of a load at a rate", () => {
  it("asks once per period, with as many virtual users as answers may be awaited at once", () => {
    expect(played(script()).options.scenarios["load_0"]).to.include({
      executor: "constant-arrival-rate",
      rate: 1,
      timeUnit: "20000000ns",
      preAllocatedVUs: 27,
      maxVUs: 27,
    });
  });

  it("gives replicas turns, each at its own address", () => {
    const both = ["app-1", "app-2"].map((component, index) =>
      probe(
        { kind: "http", connection: "new", request: { ...request(80), endpoint: { component, network: "data", port: 80 + index } } },
        { instance: `load@${component}`, component, everyMs: 40 },
      ),
    );
    const { scenarios } = played(rateScript(both, { "app-1": { data: "10.0.0.1" }, "app-2": { data: "10.0.0.2" } })).options;
    expect(Object.entries(scenarios).map(([name, { startTime }]) => [name, startTime])).to.deep.equal([
      ["load_0", "0ns"],
      ["load_1", "20000000ns"],
    ]);
  });

  it("connects anew for each request, or keeps connections", () => {
    expect(played(script()).options.noConnectionReuse).to.equal(true);
    expect(played(script({}, "reused")).options.noConnectionReuse).to.equal(false);
  });

  const hostile = ['"); throw new Error("run', "`${1}`", "\\\"'</script>", "\u2028\u2029", "__proto__"];
  for (const text of hostile)
    it(`carries ${JSON.stringify(text)} as data`, () => {
      const body = { [text]: text };
      const written = script({ method: "PUT", path: `/${encodeURIComponent(text)}`, body: text, expect: { status: undefined, body } });
      const { asked, samples } = played(written, { status: 200, body: JSON.stringify(body) });
      expect(asked.slice(0, 3)).to.deep.equal(["PUT", `http://10.64.0.10:8080/${encodeURIComponent(text)}`, text]);
      expect(samples).to.deep.equal([[3, { outcome: "ok" }]]);
      expect(played(written, { status: 200, body: "{}" }).samples[0]?.[1]).to.include({ outcome: "wrong" });
    });

  it("numbers what it writes", () => {
    expect(played(script({ method: "PUT", path: "/{instance}", body: "{n}" })).asked.slice(1, 3)).to.deep.equal([
      "http://10.64.0.10:8080/load",
      "7",
    ]);
  });

  const worth = (answer: Answer, expected: HttpRequest["expect"] = { status: undefined, body: undefined }): unknown =>
    played(script({ expect: expected }), answer).samples[0];
  const identity = { status: undefined, body: { service: "echo" } } as const;
  it("reads answers as a probe does", () => {
    expect(worth({ status: 204, body: "" })).to.deep.equal([3, { outcome: "ok" }]);
    expect(worth({ status: 200, body: '{"service":"echo","n":1}' }, identity)).to.deep.equal([3, { outcome: "ok" }]);
    expect(worth({ status: 200, body: '{"service":"other"}' }, identity)).to.deep.equal([3, { outcome: "wrong", detail: "body.service" }]);
    expect(worth({ status: 200, body: "no JSON" }, identity)).to.deep.equal([3, { outcome: "wrong", detail: "body" }]);
    expect(worth({ status: 404 })).to.deep.equal([3, { outcome: "wrong", detail: "status 404" }]);
    expect(worth({ status: 503 })).to.deep.equal([3, { outcome: "failed", detail: "status 503" }]);
    expect(worth({ status: 503 }, { status: 503, body: undefined })).to.deep.equal([3, { outcome: "ok" }]);
  });

  it("tells late from failed", () => {
    expect(worth({ status: 0, error_code: 1050, error: "request timeout" })).to.deep.equal([500, { outcome: "late" }]);
    expect(worth({ status: 200, body: "", timings: { blocked: 300, duration: 201 } })).to.deep.equal([500, { outcome: "late" }]);
    expect((worth({ status: 0, error_code: 1212, error: "connection refused" }) as unknown[])[1]).to.deep.equal({
      outcome: "failed",
      detail: "connection refused",
    });
  });
});
