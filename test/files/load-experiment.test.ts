// What a person gets told about a file with several mistakes, and what a good one turns into.
import { expect } from "chai";
import { experimentOf, loadExperiment } from "../../src/files/load-experiment.ts";
import { targetsAbove } from "../../src/files/read.ts";
import { dataPositions } from "../../src/files/positions.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { codesOf, experimentText, load, targetText } from "./example.ts";

const design = `version: 1
title: disk
target: example
phases: { baseline: 5s, fault: 10s, recovery: 10s }
faults:

  # what is broken
  - { kind: disk.throttle, on: etcd, writeiops: 20 }
predict: {}
`;

const messages = (text: string): readonly string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe("loadExperiment", () => {
  it("marks a misspelt option at its key, once, in the shape of the design", () => {
    const loaded = load(design);
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).to.deep.equal([
      [
        'example.yaml:8:38 unknown option "writeiops" of disk.throttle. Did you mean "writeIops"?',
        "  8 |   - { kind: disk.throttle, on: etcd, writeiops: 20 }",
        "    |                                      ^^^^^^^^^",
      ].join("\n"),
    ]);
  });

  it("wants a phrase of the reason where anything but `confirmed` is expected: without one each broken run would be as expected", () => {
    const expecting = (expected: string) =>
      messages(`version: 1
title: a run
target: example
phases: { baseline: 5s, fault: 5s, recovery: 5s }
faults: []
predict: {}
expect: ${expected}
`);
    for (const verdict of ["refuted", "inconclusive"])
      expect(expecting(`{ verdict: ${verdict} }`)).to.deep.equal([
        "7:9 needs `because`: without a phrase of the reason any broken run would be as expected",
      ]);
    expect(expecting("{ verdict: refuted, because: slow }")).to.deep.equal([]);
    expect(expecting("{ verdict: refuted, because: [a slow, b slow] }")).to.deep.equal([]);
    expect(expecting("{ verdict: refuted, because: [] }")).to.have.length(1);
    expect(expecting("{ verdict: confirmed }")).to.deep.equal([]);
  });

  it("says where targets are looked for when there are none at all", () => {
    const none = loadExperiment(
      "x.yaml",
      "version: 1\ntitle: x\ntarget: echo\nphases: { baseline: 5s, fault: 5s, recovery: 5s }\nfaults: []\npredict: {}\n",
      targetsAbove("/"),
    );
    expect(none.ok ? [] : none.problems.map(({ message }) => message)).to.deep.equal([
      'no target "echo": there is no folder "targets" beside the file or above it',
    ]);
  });

  it("refuses a title that a terminal would obey", () => {
    expect(
      messages(
        'version: 1\ntitle: "a \\e[31mred"\ntarget: example\nphases: { baseline: 5s, fault: 5s, recovery: 5s }\nfaults: []\npredict: {}\n',
      ),
    ).to.deep.equal(["2:8 this is one line without control characters"]);
  });

  it("reports all mistakes of a file at once, each once, in the order of the file", () => {
    const text = `version: 1
titel: several
target: example
phases: { baseline: 5s, fault: ten, recovery: 20 }
faults:
  - { kind: disk.throtle, on: etcd, writeIops: 2 }
  - kind: net.loss
    on: App
    to: user
    percent: 130
predict:
  planes:
    data: unafected
    control:
      - { probe: put, symptom: slow, atLeest: 5x }
      - { probe: put, symptom: sloww }
      - { probe: put, symptom: failing, atLeast: 5x }
    managment: unaffected
`;
    expect(messages(text)).to.deep.equal([
      '2:1 unknown option "titel" of an experiment. Did you mean "title"?',
      '4:32 expected a duration in ms, s or m, such as "250ms", "5s" or "2m"',
      '4:47 expected a duration in ms, s or m, such as "250ms", "5s" or "2m", not 20',
      '6:13 unknown kind "disk.throtle" of fault 1. Did you mean "disk.throttle"?',
      '8:9 expected a component such as "etcd", "etcd-1", "etcd@leader" or "node1/kube-proxy"',
      "10:14 percent must be at most 100",
      '13:11 data cannot be "unafected". Did you mean "unaffected"?',
      '15:38 unknown option "atLeest" of control item 1. Did you mean "atLeast"?',
      '16:32 symptom cannot be "sloww". Did you mean "slow"?',
      '17:50 "atLeast" belongs to the symptom "slow"',
      '18:5 unknown option "managment" of planes. Did you mean "management"?',
    ]);
  });

  it("marks a value of the wrong shape where it stands", () => {
    expect(messages(experimentText({ predict: "{ planes: { data: 7 } }" }))).to.deep.equal([
      '6:28 data must be "unaffected" or a list or a mapping, not 7',
    ]);
    expect(messages("")).to.deep.equal(["1:1 the file must be a mapping, not nothing"]);
    expect(messages("- 1")).to.deep.equal(["1:3 the file must be a mapping, not a list"]);
  });

  it("reports the target's mistakes in the target's file", () => {
    const loaded = load(experimentText(), targetText.replace("plane: data", "plane: date"));
    expect(loaded.ok ? [] : loaded.problems.map(({ file, code }) => [file, code])).to.deep.equal([["target.yaml", "unknown-word"]]);
  });

  it("takes any text without crashing", () => {
    for (const text of [
      "\0",
      "{",
      "a: *b",
      "&a [*a]",
      "? {a: 1}\n: b",
      "- ".repeat(100),
      "a:\n".repeat(3),
      "%YAML 9.9\n---\na",
      "---\na\n---\nb",
      "!!js/function x",
    ])
      expect(codesOf(load(text)), JSON.stringify(text)).to.have.length.greaterThan(0);
  });

  it("gives data of a program paths for positions", () => {
    const loaded = experimentOf(
      {
        version: 1,
        title: "t",
        target: "example",
        phases: { baseline: "5s", fault: "10s", recovery: "10s" },
        faults: [{ kind: "noop", x: 1 }],
        predict: {},
      },
      dataPositions("x.ts"),
      () => ({ ok: false, known: [] }),
    );
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).to.deep.equal([
      'x.ts:1:1 unknown option "x" of noop. Known: kind, at, for.\n  1 | faults[0].x\n    | ^^^^^^^^^^^',
    ]);
  });
});
