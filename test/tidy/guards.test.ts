// The guards that are tools (tsc, oxlint, oxfmt, knip, coverage) with the project's own settings: each must find a planted mistake, and pass without it.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect } from "chai";

const tools = resolve("node_modules/.bin");
const coverageScript = resolve("test/coverage.ts");
const settings = [".oxlintrc.json", ".oxfmtrc.json", "knip.json"] as const;
const { NODE_V8_COVERAGE: _, ...environment } = process.env;

interface Ran {
  readonly passed: boolean;
  readonly text: string;
}

interface Project extends Disposable {
  run(command: string, argv: readonly string[], env?: Readonly<Record<string, string>>): Ran;
}

/** A project of these files in a folder of its own, with the settings of this one. */
function project(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), "planefault-guards-"));
  for (const name of settings) copyFileSync(name, join(folder, name));
  const tsconfig = JSON.stringify({ extends: resolve("tsconfig.json"), compilerOptions: { types: [] }, include: ["src"] });
  for (const [path, text] of Object.entries({
    "tsconfig.json": tsconfig,
    "package.json": '{ "name": "x", "type": "module" }\n',
    ...files,
  })) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { run: (...rest) => runIn(folder, ...rest), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function runIn(folder: string, command: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const PATH = `${tools}${delimiter}${process.env["PATH"] ?? ""}`;
  const { status, stdout, stderr } = spawnSync(command, argv, {
    cwd: folder,
    encoding: "utf8",
    timeout: 30_000,
    env: { ...environment, PATH, ...env },
  });
  return { passed: status === 0, text: stdout + stderr };
}

const calm = "// Calm.\nexport async function calm(): Promise<void> {\n  await Promise.resolve();\n}\n\nawait calm();\n";
const guards = [
  { name: "tsc", argv: ["--noEmit", "-p", "."], planted: "const first: number = [1][0];\nvoid first;\n", finds: "TS2322" },
  { name: "oxlint", argv: ["--type-aware"], planted: calm.replace("await calm();", "calm();"), finds: "no-floating-promises" },
  { name: "oxlint", argv: ["--type-aware"], planted: "export const x = JSON.parse('1') as any;\n", finds: "no-explicit-any" },
  {
    name: "oxlint",
    argv: ["--type-aware"],
    planted: `export function long() {\n${"  console.log(1);\n".repeat(71)}}\n`,
    finds: "max-lines-per-function",
  },
  {
    name: "oxlint",
    argv: ["--type-aware"],
    planted: 'import { cli } from "./cli.ts";\nexport const other = () => cli;\n',
    finds: "no-cycle",
  },
  { name: "oxfmt", argv: ["--check", "src"], planted: "export const x={a:1}\n", finds: "other.ts" },
  { name: "knip", argv: [], planted: "export const other = 1;\nexport const dead = 2;\n", finds: "dead" },
] as const;
const cli = '// Planted.\nimport * as other from "./other.ts";\n\nexport const cli = 1;\nconsole.log(Object.keys(other).length);\n';

describe("guards", function () {
  this.timeout(60_000);
  for (const { name, argv, planted, finds } of guards) {
    it(`${name} finds ${finds}`, () => {
      using bad = project({
        "src/cli.ts": name === "knip" ? 'import { other } from "./other.ts";\n\nconsole.log(other);\n' : cli,
        "src/other.ts": planted,
      });
      const found = bad.run(name, argv);
      expect(found.text).to.contain(finds);
      expect(found.passed).to.equal(false);
    });
  }

  it("all of them pass what is well", () => {
    using good = project({ "src/cli.ts": calm.replace("export ", "") });
    for (const { name, argv } of [guards[0], guards[1], guards[5], guards[6]])
      expect(good.run(name, argv), name).to.have.property("passed", true);
  });

  it("coverage finds the branch that no test took, and a layer that no test loaded", () => {
    const halfTaken =
      "const even = (n: number) => (n % 2 === 0 ? 'even' : 'odd');\nconsole.log(even(Number(process.argv[2])), even(Number(process.argv[3])));\n";
    using some = project({
      "src/judge/half.ts": halfTaken,
      "src/plan/types.ts": "export type Only = 1;\n",
      "src/report/unloaded.ts": "console.log(1);\n",
    });
    const cover = (...words: string[]): Ran => {
      some.run(process.execPath, ["src/judge/half.ts", ...words], { NODE_V8_COVERAGE: "v8" });
      return some.run(process.execPath, ["--disable-warning=ExperimentalWarning", coverageScript, "v8", "judge", "report", "plan"]);
    };
    const half = cover("2", "4");
    expect(half.text).to.match(/^TOO LOW .* of judge, at least 95 %$/mu);
    expect(half.passed).to.equal(false);
    const whole = cover("2", "3");
    expect(whole.text).to.match(/^ok +100\.0 % .* of judge/mu);
    expect(whole.text).to.match(/^TOO LOW 0\.0 % .* of report/mu);
    expect(whole.text).to.match(/^TOO LOW 0\.0 % .* of plan/mu);
    expect(whole.passed).to.equal(false);
  });
});
