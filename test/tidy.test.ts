// Style and layers as a unit test. Each check has a canary: a planted mistake that it must find.
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { headFaults, layerFaults, sizeFaults, type SourceFile, wordFaults } from "./tidy/checks.ts";
import { pathFaults, type Project, promiseFaults } from "./tidy/documents.ts";
import { functionFaults } from "./tidy/functions.ts";
import { dependencyFaults, installFaults } from "./tidy/packages.ts";
import { idleExceptions, shellFaults } from "./tidy/shells.ts";
import { sleepFaults } from "./tidy/sleeps.ts";

const read = (...patterns: readonly string[]): readonly SourceFile[] =>
  patterns.flatMap((pattern) => globSync(pattern)).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const files = read("src/**/*.ts");
const everywhere = [...files, ...read("test/**/*.ts", "bench/**/*.ts", "release/**/*.ts", "targets/**/*.ts")];
const documents = read("README.md", "docs/*.md");
const project: Project = { has: existsSync, read: (path) => readFileSync(path, "utf8") };

const inDocument = (check: typeof pathFaults) => (file: SourceFile) => check(file, project);
const checks = {
  layers: { check: layerFaults, on: files },
  sizes: { check: sizeFaults, on: everywhere },
  words: { check: wordFaults, on: files },
  sleeps: { check: sleepFaults, on: everywhere.filter(({ path }) => !path.startsWith("targets/")) },
  shells: { check: shellFaults, on: files },
  heads: { check: headFaults, on: files },
  paths: { check: inDocument(pathFaults), on: documents },
  promises: { check: inDocument(promiseFaults), on: documents.filter(({ path }) => path === "README.md") },
};

const promise = (heldBy: string): SourceFile => ({
  path: "README.md",
  text: `\n## Promises\n\n| Promise | Held by |\n|---|---|\n| it works | ${heldBy} |\n`,
});
const canaries: readonly { readonly check: keyof typeof checks; readonly file: SourceFile }[] = [
  { check: "layers", file: { path: "src/judge/x.ts", text: 'import { open } from "../drivers/docker/session.ts";' } },
  { check: "layers", file: { path: "src/model/x.ts", text: 'import { readFile } from "node:fs/promises";' } },
  { check: "layers", file: { path: "src/agent/x.ts", text: 'import { Op } from "../model/op.ts";' } },
  { check: "layers", file: { path: "src/agent/x.ts", text: 'import * as z from "zod";' } },
  { check: "layers", file: { path: "src/run/x.ts", text: 'const cli = await import("../commands/run.ts");' } },
  { check: "layers", file: { path: "src/utils/x.ts", text: "" } },
  { check: "sizes", file: { path: "src/run/x.ts", text: "//\n".repeat(251) } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'spawn("sh", ["-c", text])' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'const argv = ["CMD", "/bin/bash", "-lc", text];' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'runTool(["env", "dash"])' } },
  { check: "shells", file: { path: "src/run/x.ts", text: "spawn(text, { shell: true })" } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'spawn(text, { "shell": "/bin/sh" })' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'import { exec } from "node:child_process";\nexec(text);' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'import { spawn, execSync as run } from "child_process";' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'import * as child from "node:child_process";' } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'import child from "node:child_process";' } },
  { check: "shells", file: { path: "src/run/x.ts", text: "const answer = eval(text);" } },
  { check: "shells", file: { path: "src/run/x.ts", text: 'const { exec } = require("child_process");' } },
  { check: "sleeps", file: { path: "src/run/x.ts", text: "await new Promise((resolve) => setTimeout(resolve, 500));" } },
  { check: "sleeps", file: { path: "test/run/x.test.ts", text: "await new Promise<void>((go) => void setTimeout(() => go(), 1_200));" } },
  { check: "sleeps", file: { path: "test/x.ts", text: 'import { setTimeout as nap } from "node:timers/promises";\nawait nap(200);' } },
  { check: "sleeps", file: { path: "test/x.ts", text: 'import { setTimeout } from "timers/promises";\nreturn setTimeout(20, true);' } },
  { check: "sleeps", file: { path: "test/x.ts", text: "await scheduler.wait(1_000);" } },
  { check: "sleeps", file: { path: "test/x.ts", text: "while (!isGone()) await new Promise((resolve) => setTimeout(resolve, 20));" } },
  { check: "words", file: { path: "src/run/x.ts", text: "export default function x() {}" } },
  { check: "words", file: { path: "src/run/x.ts", text: "HostConfig: { Privileged: true }" } },
  { check: "heads", file: { path: "src/run/x.ts", text: 'import "x";' } },
  { check: "paths", file: { path: "README.md", text: "see `src/model/opp.ts`, not `src/model/op.ts` or `src/faults/<kind>.ts`" } },
  { check: "paths", file: { path: "docs/x.md", text: "see [design](desing.md), [others](https://example.org/x) and [us](../README.md)" } },
  { check: "promises", file: promise("`test/drivers/sim/`") },
  { check: "promises", file: promise('`test/drivers/contract.ts` "refuses a change that was never armed", "refuses nothing"') },
  { check: "promises", file: promise("hope") },
];

describe("tidy", () => {
  for (const [name, { check, on }] of Object.entries(checks)) {
    it(`${name} hold everywhere`, () => {
      expect(on).not.to.deep.equal([]);
      expect(on.flatMap((file) => check(file))).to.deep.equal([]);
    });
  }
  for (const { check, file } of canaries) {
    it(`${check} finds its canary: ${JSON.stringify(file.text.slice(-60))} in ${file.path}`, () => {
      expect(checks[check].check(file)).to.have.length(1);
    });
  }
  it("no exception for a shell is idle", () => {
    expect(idleExceptions(files)).to.deep.equal([]);
    expect(idleExceptions([])).to.have.length.greaterThan(0);
  });
  it("a short period in a loop with a deadline is no sleep, nor is a timer", () => {
    const imported = 'import { setTimeout as pause } from "node:timers/promises";\n';
    for (const text of [
      `${imported}while (lives()) await pause(20, undefined, { signal: deadline });`,
      "while (!check()) {\n  if (performance.now() > endAt) throw late();\n  await new Promise((resolve) => setTimeout(resolve, 20));\n}",
      `${imported}await pause(pollMs);`,
      "const timer = setTimeout(() => child.kill(), 5_000);",
    ])
      expect(sleepFaults({ path: "test/x.ts", text }), text).to.deep.equal([]);
  });
  it("what calls no shell is no fault", () => {
    for (const text of [
      'import { spawn, type ChildProcess } from "node:child_process";',
      'pattern.exec("sh -c")',
      "docker.exec({ Cmd: argv })",
      "spawn(program, argv, { shell: false })",
    ])
      expect(shellFaults({ path: "src/run/x.ts", text }), text).to.deep.equal([]);
  });
  it("eight packages at most come along directly, each pinned and explained; a ninth is found", () => {
    const manifest = json("package.json");
    const explained = readFileSync("docs/dependencies.md", "utf8");
    expect(dependencyFaults(manifest, explained)).to.deep.equal([]);
    const nine = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`p${index}`, "1.0.0"]));
    const all = Object.keys(nine).map((name) => `| \`${name}\` |`);
    expect(dependencyFaults({ dependencies: nine }, all.join("\n"))).to.deep.equal(["9 direct dependencies, at most 8"]);
    expect(dependencyFaults({ dependencies: { yaml: "^2.0.0" } }, "")).to.have.length(2);
  });
  it("`npm ci --ignore-scripts` is enough: no package needs its install script; one that has a new one is found", () => {
    const lock = json("package-lock.json");
    expect(installFaults(lock)).to.deep.equal([]);
    const planted = { packages: { ...lock.packages, "node_modules/left-pad": { hasInstallScript: true } } };
    expect(installFaults(planted)).to.deep.equal(["left-pad has an install script, which `npm ci --ignore-scripts` leaves out"]);
    expect(
      read("planefault", "src/**/*.ts").flatMap(({ path, text }) =>
        /\bnpm"?,? "?ci"?,? "?-(?!-ignore-scripts)/u.test(text) ? [path] : [],
      ),
    ).to.deep.equal([]);
  });
  it("no function has more than 70 lines", () => {
    expect(functionFaults(everywhere)).to.deep.equal([]);
  });
  it("functions find their canaries: a function, a method and an arrow of 71 lines, but not a list of tests", () => {
    const body = "  work();\n".repeat(69);
    const planted = [
      `function x() {\n${body}}\n`,
      `class X {\n  x() {\n${body}}\n}\n`,
      `const x = { y: () => {\n${body}} };\n`,
      `describe("x", () => {\n  it("y", () => {});\n${body}});\n`,
    ];
    const found = functionFaults(planted.map((text, index) => ({ path: `src/x${index}.ts`, text })));
    expect(found.map((line) => line.split(":")[0])).to.deep.equal(["src/x0.ts", "src/x1.ts", "src/x2.ts"]);
  });
  it("the median file has at most 80 lines", () => {
    expect(files.length).to.be.greaterThan(20);
    const lines = files.map((file) => file.text.split("\n").length).toSorted((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).to.be.at.most(80);
  });
});
