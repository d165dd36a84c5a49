// k6's own words at its end: thresholds as lines of the verdict, and whether it ran as long as it mattered.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import { mutate } from "../../src/judge/mutation.ts";
import type { Load } from "../../src/model/load.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord, RecordOf, Threshold } from "../../src/model/record.ts";
import { journal, noopPlan, predictions, times } from "./journal-builder.ts";

const script: Load = { kind: "script", vantage: "user", file: "./users.js", text: "", environment: {}, hosts: {}, longestMs: 90_000 };
const thresholds = {
  kind: "thresholds",
  id: "load thresholds",
  sentence: "load: every threshold of ./users.js holds",
  hold: true,
} as const;
const planWith = (load: Load): Plan => ({
  ...noopPlan,
  load,
  predictions: [predictions.data, ...(load.kind === "script" ? [thresholds] : [])],
});

const fast: Threshold = { metric: "http_req_duration", expression: "p(95)<200", crossed: false, sampled: true, value: 12.3456 };
const end: RecordOf<"load"> = {
  type: "load",
  at: times.stopped + 10,
  end: "told",
  detail: "k6 ended with 105",
  iterations: 980,
  dropped: 0,
  thresholds: [fast],
};

function journalWith(load: Load, said: Partial<RecordOf<"load">> | undefined): readonly JournalRecord[] {
  const records = journal({ plan: planWith(load) });
  if (said === undefined) return records;
  const merged = Object.entries({ ...end, ...said }).filter(([, value]) => value !== undefined);
  return [...records.slice(0, -1), Object.fromEntries(merged) as unknown as JournalRecord, ...records.slice(-1)];
}
const verdict = (said: Partial<{ [Key in keyof RecordOf<"load">]: RecordOf<"load">[Key] | undefined }> | undefined, load: Load = script) =>
  judge(journalWith(load, said as Partial<RecordOf<"load">> | undefined));

describe("thresholds", () => {
  it("are lines of their own, confirmed where they held", () => {
    const { outcome, predictions: lines, assumptions } = verdict({});
    expect(outcome).to.equal("confirmed");
    expect(lines.map(({ id }) => id)).to.deep.equal(["data unaffected", "load: http_req_duration p(95)<200"]);
    expect(lines[1]).to.deep.include({
      outcome: "confirmed",
      sentence: "load: http_req_duration p(95)<200 holds",
      evidence: "p(95) was 12.35",
    });
    expect(assumptions.at(-1)).to.deep.include({ name: "load-ran", held: true });
    expect(assumptions.at(-1)?.detail).to.include("980 iterations, 0 dropped");
  });

  it("are none of a script without any, which is said", () => {
    const { predictions: lines, assumptions } = verdict({ thresholds: [] });
    expect(lines.map(({ id }) => id)).to.deep.equal(["data unaffected"]);
    expect(assumptions.at(-1)?.detail).to.match(/980 iterations, 0 dropped; its script has no threshold/u);
  });

  it("refute where one was crossed, beside those that held", () => {
    const { outcome, reason, predictions: lines } = verdict({ thresholds: [fast, { ...fast, expression: "max<10", crossed: true }] });
    expect([outcome, reason]).to.deep.equal(["refuted", "load: http_req_duration max<10 crossed"]);
    expect(lines.map((line) => line.outcome)).to.deep.equal(["confirmed", "confirmed", "refuted"]);
  });

  it("are undecided where nothing was measured for one, though k6 says that it held", () => {
    const { outcome, reason } = verdict({
      thresholds: [fast, { metric: "checks{a:b}", expression: "rate>0.9", crossed: false, sampled: false, value: 0 }],
    });
    expect([outcome, reason]).to.deep.equal(["inconclusive", "load: checks{a:b} rate>0.9 undecided: nothing was measured"]);
  });

  it("can fail where the worst value would cross each of them, and only there", () => {
    const mutationOf = (...expressions: readonly string[]) =>
      mutate(journalWith(script, { thresholds: expressions.map((expression) => ({ ...fast, expression })) }), undefined).find(
        ({ id }) => id === "load thresholds",
      );
    const mutation = mutationOf("p(95)<200", "rate > 0.9", "rate<0.01", "count>=1");
    expect(mutation?.mutants.map(({ change, outcome }) => [change, outcome])).to.deep.equal([
      ["hold -> crossed", "refuted"],
      ["fault at strength 0", "confirmed"],
      ["one value at its worst", "refuted"],
    ]);
    expect(mutation?.canFail).to.equal(true);
    for (const idle of ["rate>=0", "rate<=1", "count>=0", "what k6 may say one day"])
      expect(mutationOf("p(95)<200", idle)?.canFail, idle).to.equal(false);
  });
});

describe("load-ran", () => {
  const reason = (said: Parameters<typeof verdict>[0], load?: Load): string => {
    const { outcome, reason: why } = verdict(said, load);
    return `${outcome}: ${why}`;
  };

  it("is broken where k6 said nothing, or left no summary", () => {
    expect(reason(undefined)).to.equal("inconclusive: load-ran: k6 said nothing of its end");
    expect(reason({ thresholds: undefined, detail: "k6 was ended by SIGKILL" })).to.equal(
      "inconclusive: load-ran: k6 left no summary: k6 was ended by SIGKILL",
    );
  });

  it("is broken where k6 was gone before the fault was over, and not where it was gone after", () => {
    const early = { end: "early", detail: "k6 ended with 0" } as const;
    expect(reason({ ...early, at: times.undo - 1 })).to.equal("inconclusive: load-ran: k6 ended early, at 31.0s: k6 ended with 0");
    expect(reason({ ...early, at: times.undo + 1 })).to.match(/^confirmed/u);
  });

  it("holds where a crossed threshold ended the script during the fault, but not before it", () => {
    const gaveUp = { end: "early", detail: "k6 ended with 99", thresholds: [{ ...fast, crossed: true }] } as const;
    expect(reason({ ...gaveUp, thresholds: [...gaveUp.thresholds], at: times.fault + 1_000 })).to.match(/^refuted: load: .* crossed$/u);
    expect(reason({ ...gaveUp, thresholds: [...gaveUp.thresholds], at: times.fault - 1_000 })).to.match(/^inconclusive: load-ran/u);
  });

  it("is broken where a script had too few virtual users; at a rate the samples that are missed say so", () => {
    expect(reason({ dropped: 30 })).to.equal(
      "inconclusive: load-ran: k6 dropped 3 % of the iterations that were due: the script needs more virtual users",
    );
    expect(reason({ dropped: 10 })).to.match(/^confirmed/u);
    expect(reason({ dropped: 30, thresholds: undefined }, { kind: "rate", vantage: "user", instances: [] })).to.match(/^confirmed/u);
  });
});
