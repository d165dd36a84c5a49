// The tables over several runs: what repeated runs come to, and how they are printed.
import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { PredictionMutation, Verdict } from "../../src/model/verdict.ts";
import { diagnosisTable } from "../../src/report/diagnosis-table.ts";
import { effectsTable } from "../../src/report/effects-table.ts";
import type { JudgedRun } from "../../src/report/judged-run.ts";
import { liesTable } from "../../src/report/lies-table.ts";
import { mutationTable, mutationTotal } from "../../src/report/mutation-table.ts";
import { markdownTable, textTable } from "../../src/report/table.ts";
import { scoreTable } from "../../src/report/score-table.ts";
import { tablesText } from "../../src/report/tables.ts";
import { calm, diskPressure, journal, noopPlan, predictions } from "../judge/journal-builder.ts";

const verdict = judge(journal());
const run = (more: Partial<JudgedRun> = {}): JudgedRun => ({
  folder: "reports/one",
  plan: diskPressure,
  verdict,
  seconds: 50,
  mutations: undefined,
  ...more,
});
const withDiagnosis = (
  roots: Verdict["diagnosis"]["roots"],
  abstained?: string,
  outcome: "confirmed" | "refuted" = "refuted",
): Verdict => ({
  ...verdict,
  diagnosis: { roots, abstained, rows: [] },
  predictions: verdict.predictions.map((one) => (one.id === "diagnosis" ? { ...one, outcome } : one)),
});
const unpredicted = (plan: Plan): Plan => ({ ...plan, predictions: plan.predictions.filter(({ kind }) => kind !== "diagnosis") });
const row = (...runs: readonly JudgedRun[]) => diagnosisTable(runs).rows[0]?.slice(1);

describe("table of diagnoses", () => {
  it("sums up repeated runs, with the reason of each abstention", () => {
    const abstained = run({ verdict: withDiagnosis([], "nothing tells") });
    expect(row(run(), run())).deep.equal(["control at etcd", "control at etcd", "2 of 2"]);
    expect(row(run(), run(), abstained)).deep.equal(["control at etcd", "control at etcd (2), abstained: nothing tells (1)", "2 of 3"]);
  });
  it("shows two roots", () => {
    const second = { root: "data", component: undefined } as const;
    const plan = { ...diskPressure, predictions: [{ ...predictions.diagnosis, second }] };
    const roots = [second, { root: "control", component: "etcd-1" } as const];
    expect(row(run({ plan, verdict: withDiagnosis(roots, undefined, "confirmed") }))).deep.equal([
      "control at etcd and data",
      "data and control at etcd-1",
      "1 of 1",
    ]);
  });
  it("counts what the file does not predict neither as right nor as wrong, whatever was aimed at", () => {
    const plan = unpredicted(diskPressure);
    expect(row(run({ plan }))).deep.equal(["aimed at etcd-1", "control at etcd", "not predicted"]);
    expect(row(run({ plan, verdict: withDiagnosis([{ root: "data", component: "app" }]) }))?.at(-1)).equal("not predicted");
    expect(row(run(), run({ plan }))?.at(-1)).equal("1 of 1");
    const nothing = { plan: unpredicted(noopPlan), verdict: judge(journal({ plan: unpredicted(noopPlan), behaviour: calm })) };
    expect(row(run(nothing))).deep.equal(["nothing", "none", "not predicted"]);
  });
});

describe("the sum below the table of diagnoses", () => {
  const sum = (...runs: readonly JudgedRun[]) => diagnosisTable(runs).foot;
  const abstained = withDiagnosis([], "nothing tells");
  const open = unpredicted(diskPressure);

  it("counts each run once, also those of which no other column speaks", () => {
    const wrong = run({ verdict: withDiagnosis([{ root: "data", component: undefined }]) });
    const asPredicted = run({ verdict: withDiagnosis([], "nothing tells", "confirmed") });
    expect(sum(run(), run(), wrong, run({ plan: open }), run({ plan: open, verdict: abstained }), asPredicted)).equal(
      "Of 6 runs: right in 2, wrong in 1, abstained though a fault acted in 2 (in 1 of them as predicted), not predicted in 1.",
    );
    expect(sum(run())).equal("Of 1 run: right in 1, wrong in 0, abstained though a fault acted in 0, not predicted in 0.");
  });
  it("blames nobody for an abstention where no fault acted", () => {
    const early = { ...abstained, witnesses: abstained.witnesses.map((one) => ({ ...one, acted: false })) };
    expect(sum(run({ verdict: early }))).equal(
      "Of 1 run: right in 0, wrong in 0, abstained though a fault acted in 0, not predicted in 0, abstained with no fault in 1.",
    );
  });
  it("stands below the table, as text and as Markdown", () => {
    for (const form of ["text", "markdown"] as const) expect(tablesText([run()], form)).contain("\nOf 1 run: right in 1, ");
  });
});

describe("tables of verdicts and effects", () => {
  it("count what came out as expected", () => {
    const refuted = run({ verdict: { ...verdict, outcome: "refuted", asExpected: false }, seconds: 60 });
    expect(scoreTable([run(), run(), refuted]).rows[0]?.slice(1)).deep.equal(["confirmed (2), refuted (1)", "2 of 3", "53"]);
  });
  it("show whoever had a symptom in any run, from the smallest to the largest", () => {
    const [name] = verdict.probes.filter(({ symptoms }) => symptoms.length > 0).map(({ instance }) => instance);
    const only = verdict.probes.filter(({ instance }) => instance === name);
    const other = only.map((one) => ({ ...one, fault: { ...one.fault, medianMs: 7, bad: 3 }, symptoms: [], outages: [] }));
    const [first] = only;
    if (!first) throw new Error("the journal has lost its symptom");
    const cells =
      effectsTable([run({ verdict: { ...verdict, probes: only } }), run({ verdict: { ...verdict, probes: other } })]).rows[0] ?? [];
    expect(cells[1]).equal(name);
    expect(cells[3]).equal(`7..${first.fault.medianMs?.toFixed(0)}`);
    expect(cells[7]).equal(first.symptoms.map(({ symptom }) => `${symptom} (1 of 2)`).join(", "));
    expect(effectsTable([run({ verdict: { ...verdict, probes: other } })]).rows).deep.equal([]);
  });
});

describe("table of lies", () => {
  const lying = (more: Partial<Verdict["signals"][number]>): JudgedRun =>
    run({ verdict: { ...verdict, signals: verdict.signals.map((signal) => ({ ...signal, ...more })) } });

  it("gives the seconds as a range over runs, and the plane that was impaired", () => {
    const honest = { falseGreenMs: 0, lieAbout: undefined };
    const runs = [lying({ falseGreenMs: 18_000 }), lying({ falseGreenMs: 20_040 }), lying(honest)];
    expect(liesTable(runs).rows[0]?.slice(1)).deep.equal(["etcd-health@etcd-1", "0.0..20.0", "control", "", ""]);
    expect(liesTable([lying(honest)]).rows).deep.equal([]);
  });
  it("has false alarms beside them", () => {
    const alarmed = lying({ falseGreenMs: 0, lieAbout: undefined, falseRedMs: 12_000, redBeside: "management" });
    expect(liesTable([alarmed]).rows[0]?.slice(2)).deep.equal(["", "", "12.0", "management"]);
    expect(liesTable([lying({ falseRedMs: 12_000 })]).rows[0]?.at(-1)).equal("nothing");
  });
});

describe("table of mutations", () => {
  const bent = (...weak: readonly string[]): readonly PredictionMutation[] =>
    ["a", "b", "c"].map((id) => {
      // "b" is still confirmed without the fault, the others nobody could decide.
      const outcome = !weak.includes(id) ? "refuted" : id === "b" ? "confirmed" : "inconclusive";
      return {
        id,
        outcome: "confirmed",
        mutants: [{ change: "fault at strength 0", role: "decisive", outcome, observed: "" }],
        canFail: !weak.includes(id),
      };
    });
  const smoke = { ...diskPressure, file: "smoke.yaml", smoke: true };

  it("names what cannot fail, by the worst run, and leaves out what was not bent", () => {
    const runs = [run(), run({ mutations: bent() }), run({ mutations: bent("b", "c") })];
    expect(mutationTable(runs).rows[0]?.slice(1)).deep.equal(["1..3", "1..3", "0", "3", "b", "c", "", ""]);
    expect(mutationTotal(runs)).equal(
      "mutation: 1 of 3 predictions can fail; 0 smoke (1 are refuted without the fault, 0 by a planted failure; 0 are loose)",
    );
    expect(mutationTable([run()]).rows).deep.equal([]);
    expect(mutationTotal([run()])).equal(undefined);
  });
  it("exempts smoke", () => {
    const runs = [run({ mutations: bent() }), run({ plan: smoke, mutations: bent("a", "b", "c") })];
    expect(mutationTable(runs).rows[1]?.slice(1)).deep.equal([
      "0",
      "0",
      "0",
      "3",
      "b",
      "a, c",
      "",
      "tagged smoke: it only looks whether anything burns",
    ]);
    expect(mutationTotal(runs)).equal(
      "mutation: 3 of 3 predictions can fail; 3 smoke (3 are refuted without the fault, 0 by a planted failure; 0 are loose)",
    );
  });
  it("tells what a real run without the fault refuted from what only a planted failure did, and names what is loose", () => {
    const [symptom] = bent();
    const calm: PredictionMutation = {
      id: "calm",
      outcome: "confirmed",
      mutants: [
        { change: "fault at strength 0", role: "bent", outcome: "confirmed", observed: "" },
        { change: "one probe fails", role: "decisive", outcome: "refuted", observed: "" },
        { change: "time halved", role: "bent", outcome: "confirmed", observed: "" },
      ],
      canFail: true,
    };
    const runs = [run({ mutations: symptom ? [symptom, calm] : [] })];
    expect(mutationTable(runs).rows[0]?.slice(1)).deep.equal(["2", "1", "1", "2", "", "", "calm", ""]);
    expect(mutationTotal(runs)).match(/2 of 2 .+\(1 are refuted without the fault, 1 by a planted failure; 1 are loose\)$/u);
  });
});

describe("tables", () => {
  const table = { title: "T", head: ["a", "b"], rows: [["x|y", "z"]] };
  it("are text or Markdown, in which a bar is escaped", () => {
    expect(textTable(table)).equal("T\n  a    b\n  x|y  z\n");
    expect(markdownTable(table)).equal("## T\n\n| a | b |\n|---|---|\n| x\\|y | z |\n");
  });
  it("without rows are left out", () => {
    const text = tablesText([run({ verdict: { ...verdict, signals: [] } })], "markdown");
    expect(text.match(/^## .*/gmu)).deep.equal([
      "## Verdicts",
      "## Effects, from the smallest to the largest of all runs",
      "## Diagnosis, blind",
    ]);
    expect(tablesText([run()], "text")).not.to.contain("Effects");
  });
});
