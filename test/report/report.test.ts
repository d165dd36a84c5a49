import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { verdictExitCode } from "../../src/report/exit-code.ts";
import { htmlReport } from "../../src/report/html.ts";
import { junitXml } from "../../src/report/junit.ts";
import { scoreCard } from "../../src/report/score-card.ts";
import { reportParts } from "../../src/report/parts.ts";
import { closingText, reportText } from "../../src/report/text.ts";
import { escape } from "../../src/report/xml.ts";
import { calm, diskPressure, journal, noopPlan, predictions, throttled, times } from "../judge/journal-builder.ts";

const where = { report: "reports/latest/report.txt", again: "./planefault run x.yaml" };
const green = journal();
const confirmed = judge(green);
const refuted = judge(journal({ plan: noopPlan, behaviour: calm }));
const sabotaged = judge(journal({ behaviour: calm, witness: () => ({ writeMs: 8, ios: 0 }) }));
const leaked = judge(journal({ witness: (witness, at) => ({ ...throttled(witness, at), writeMs: at < times.fault ? 8 : 900 }) }));

describe("closing lines", () => {
  it("say verdict, one row per plane, lies with seconds, report and command", () => {
    expect(closingText(diskPressure, confirmed, where).split("\n")).deep.equal([
      "confirmed, as expected: etcd's disks crawl; users notice nothing",
      "  all 7 predictions were confirmed",
      "",
      "  plane       predicted                              observed                                                      verdict",
      "  data        unaffected                             no symptom                                                    confirmed",
      "  control     put-flag slow, flag-propagation stale  put-flag slow (152x), flag-propagation slow and stale (152x)  confirmed",
      "  management  unaffected                             no symptom                                                    confirmed",
      "  data: item-read@app-1, item-read@app-2: 0 of 400 blocks bad, so less than 5 %; 0 % slow",
      "  control: put-flag@app-1, put-flag@app-2: began 0.0s after the fault, sure after 0.4s, E > 1e9; flag-propagation: began 0.0s after the fault, sure after 0.6s, E > 1e9",
      "  management: ssh-banner@etcd-1, ssh-banner@etcd-2, ssh-banner@etcd-3: 0 of 400 blocks bad, so less than 5 %; 0 % slow",
      "",
      "  FALSE GREEN etcd-health@etcd-1 claimed health for 20.1 s while the control plane was impaired",
      "  diagnosis: root is the control plane at etcd",
      "  report: reports/latest/report.txt",
      "  again:  ./planefault run x.yaml",
      "",
    ]);
  });

  it("say for which reason another verdict was expected, and name the plane where no component is to blame", () => {
    const surprised: Verdict = {
      ...confirmed,
      asExpected: false,
      expected: { verdict: "inconclusive", because: "fault-acted" },
      diagnosis: { ...confirmed.diagnosis, roots: [{ root: "control", component: undefined }] },
    };
    const text = closingText(diskPressure, surprised, where);
    expect(text).match(/^confirmed, expected inconclusive because "fault-acted": /u);
    expect(text).contain("  diagnosis: root is the control plane\n");
  });

  it("do not say that nothing happened where a fault was proven and nobody felt it", () => {
    const unfelt = judge(journal({ behaviour: calm }));
    expect(unfelt.diagnosis.roots).to.deep.equal([]);
    expect(closingText(diskPressure, unfelt, where)).contain("diagnosis: no symptom seen\n");
    expect(closingText(noopPlan, refuted, where)).contain("diagnosis: nothing happened\n");
  });

  it("say what was expected instead, and name leaks", () => {
    expect(closingText(diskPressure, refuted, where)).match(/^refuted, expected confirmed: /u);
    const reasons = { verdict: "refuted", because: ["get failing", "get slow"] } as const;
    expect(closingText(diskPressure, { ...refuted, asExpected: false, expected: reasons }, where)).match(
      /^refuted, expected refuted because "get failing" or "get slow": /u,
    );
    expect(closingText(diskPressure, leaked, where)).contain("  LEAK c1 on etcd-1 still acts although it was undone");
  });
});

describe("report.txt", () => {
  it("begins with the closing lines and has every assumption and prediction", () => {
    const text = reportText(diskPressure, sabotaged, where);
    expect(text.startsWith(closingText(diskPressure, sabotaged, where))).equal(true);
    for (const { name } of sabotaged.assumptions) expect(text).contain(name);
    for (const { sentence } of sabotaged.predictions) expect(text).contain(sentence);
    expect(text).match(/BROKEN +fault-acted/u);
  });

  it("says which witness still sees the fault, and which outage did not end", () => {
    expect(reportText(diskPressure, leaked, where)).contain("acted, NOT GONE: ");
    const never = journal({ behaviour: (probe, at, random) => (at < times.fault ? calm(probe, at, random) : [50, "failed"]) });
    expect(reportText(diskPressure, judge(never), where)).match(/item-read@app-1: began [\d.]+, did not end, \d+ samples/u);
  });
});

describe("junit.xml", () => {
  it("makes an error, no failure, of what could not be decided, and gives its reason", () => {
    const undecided = judge(journal({ plan: { ...noopPlan, predictions: [{ ...predictions.data, instances: [] }] }, behaviour: calm }));
    expect(junitXml(noopPlan, undecided, 1))
      .contain('tests="1" failures="0" errors="1"')
      .and.contain('<error message="nothing to observe">');
  });

  it("has one case per prediction; refuted fails, inconclusive is an error", () => {
    expect(junitXml(diskPressure, confirmed, 51_200)).contain('tests="7" failures="0" errors="0" time="51.200"');
    expect(junitXml(noopPlan, refuted, 1))
      .contain('tests="7" failures="3" errors="0"')
      .and.contain('<failure message="put-flag@app-1 nothing seen, predicted slow at least 20x;');
  });

  it("shows a broken assumption and a leak as errors, whatever the predictions say", () => {
    expect(junitXml(diskPressure, sabotaged, 1))
      .contain('name="assumption fault-acted"')
      .and.contain("<error message=");
    expect(junitXml(diskPressure, leaked, 1)).contain('name="leak"');
  });

  it("escapes", () => {
    const xml = junitXml({ ...diskPressure, title: `<"&'>\u0000` }, confirmed, 1);
    expect(xml).contain('name="&lt;&quot;&amp;&#39;&gt;\ufffd"');
  });
});

describe("report.html", () => {
  it("is self-contained, escaped and the same for the same journal", () => {
    const html = htmlReport(green, confirmed);
    expect(html).equal(htmlReport(journal(), judge(journal())));
    expect(html).not.match(/(?:src|href)=|url\((?!#)|@import|<script/u);
    expect(html).contain("etcd&#39;s disks crawl").and.contain("prefers-color-scheme: dark");
    expect(html.length).below(300_000);
  });

  it("shades the fault, draws each instance and signal, and marks the lie", () => {
    const html = htmlReport(green, confirmed);
    for (const { instance } of [...diskPressure.probes, ...diskPressure.signals]) expect(html).contain(`>${instance}</text>`);
    expect(html).contain('class="fault"').and.contain("false green: claims health from 0.").and.contain('fill="url(#lie)"');
    expect(htmlReport(journal({ plan: noopPlan, behaviour: calm }), refuted))
      .contain("nothing injected")
      .and.not.contain('fill="url(#lie)"');
  });

  it("breaks the line above a plane, verdict first, and says from when the blind diagnosis counts", () => {
    const observed = Array.from({ length: 30 }, (_, index) => `news-${index} slow and stale (19x)`).join(", ");
    const html = htmlReport(green, { ...confirmed, planes: confirmed.planes.map((row) => ({ ...row, observed })) });
    const lines = [...html.matchAll(/<tspan[^>]* y="(?<y>\d+)"[^>]*>(?<text>[^<]*)<\/tspan>/gu)].map(
      ({ groups }) => groups?.["text"] ?? "",
    );
    expect(Math.max(...lines.map((line) => line.length))).below(115);
    expect(lines.filter((line) => line.startsWith("confirmed: "))).to.have.length(3);
    expect(lines.filter((line) => line.endsWith("observed"))).to.have.length(3);
    expect(html).contain(`the fault began at ${(times.fault / 1_000).toFixed(1)} s)`);
  });

  it("draws numbers only, also where instances failed, were missed or never seen", () => {
    for (const seen of [[3, "failed"], [0, "missed"], undefined] as const) {
      const records = journal({ behaviour: () => (seen === undefined ? undefined : [seen[0], seen[1]]) });
      expect(htmlReport(records, judge(records))).not.match(/NaN|Infinity|undefined/u);
    }
  });

  it("shades to the end what was never seen undone, and leaves out planes and signals that nobody watched", () => {
    const torn = journal({ edit: (record) => (record.type === "undone" ? undefined : record) });
    expect(htmlReport(torn, judge(torn)))
      .match(/class="fault"/u)
      .and.not.match(/NaN|undefined/u);
    const plan = {
      ...diskPressure,
      probes: diskPressure.probes.filter(({ plane }) => plane === "data"),
      signals: [],
      predictions: [predictions.data],
    };
    const narrow = journal({ plan, behaviour: calm });
    const html = htmlReport(narrow, judge(narrow));
    expect(html).contain("data plane").and.not.contain("control plane");
    expect(html).not.contain("what the system claimed");
  });

  it("has something to say without a plan", () => {
    expect(htmlReport([], judge([]))).contain("does not begin with its plan");
  });
});

describe("parts of a report", () => {
  it("are four files, the same bytes from the same journal", () => {
    const parts = reportParts(green, confirmed, where);
    expect(Object.keys(parts)).deep.equal(["verdict.json", "report.txt", "junit.xml", "report.html"]);
    expect(reportParts(journal(), judge(journal()), where)).deep.equal(parts);
  });
  it("are the verdict alone where the journal was torn before its plan", () => {
    expect(Object.keys(reportParts([], judge([]), where))).deep.equal(["verdict.json"]);
  });
});

describe("exit codes", () => {
  it("0 as expected, 1 not as expected, 3 inconclusive, 5 leak", () => {
    expect([confirmed, refuted, sabotaged, leaked].map(verdictExitCode)).deep.equal([0, 1, 3, 5]);
    expect(verdictExitCode({ ...sabotaged, asExpected: true })).equal(0);
  });
});

describe("score card", () => {
  const run = { file: "a.yaml", outcome: "confirmed", asExpected: true, reason: "all", seconds: 60 } as const;
  it("counts repeats and names surprises", () => {
    const card = scoreCard([
      run,
      run,
      { ...run, file: "b.yaml", outcome: "refuted", asExpected: false, reason: "x failing, predicted slow", seconds: 50 },
      { ...run, file: "b.yaml", seconds: 40 },
    ]);
    expect(card).match(/^ok +a\.yaml +confirmed +2\/2 as expected +60\.0 s$/mu);
    expect(card).match(/^NOT OK +b\.yaml +refuted\/confirmed +1\/2 as expected +45\.0 s$/mu);
    expect(card).contain("  b.yaml: refuted, x failing, predicted slow").and.contain("3 of 4 runs as expected, 2 experiments, 210 s");
  });
  it("does not call a leak ok", () => {
    expect(scoreCard([{ ...run, exitCode: 5 }])).match(/^NOT OK .*LEAK$/mu);
  });
});

describe("escape", () => {
  it("leaves nothing that could open a tag or end an attribute", () => {
    expect(escape(`<a b="c" d='e'>&\u0007`)).equal("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\ufffd");
  });
});
