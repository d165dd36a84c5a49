// Style and layers as a unit test. Each check has a canary: a planted mistake that it must find.
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { headFaults, layerFaults, sizeFaults, type SourceFile, wordFaults } from "./tidy/checks.ts";

const files: readonly SourceFile[] = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: `src/${path}`, text: readFileSync(`src/${path}`, "utf8") }));

const checks = { layers: layerFaults, sizes: sizeFaults, words: wordFaults, heads: headFaults };

const canaries: readonly { readonly check: keyof typeof checks; readonly file: SourceFile }[] = [
  { check: "layers", file: { path: "src/judge/x.ts", text: 'import { open } from "../drivers/docker/session.ts";' } },
  { check: "layers", file: { path: "src/model/x.ts", text: 'import { readFile } from "node:fs/promises";' } },
  { check: "layers", file: { path: "src/agent/x.ts", text: 'import { Op } from "../model/op.ts";' } },
  { check: "layers", file: { path: "src/agent/x.ts", text: 'import * as z from "zod";' } },
  { check: "layers", file: { path: "src/run/x.ts", text: 'const cli = await import("../commands/run.ts");' } },
  { check: "layers", file: { path: "src/utils/x.ts", text: "" } },
  { check: "sizes", file: { path: "src/run/x.ts", text: "//\n".repeat(251) } },
  { check: "words", file: { path: "src/run/x.ts", text: 'spawn("sh", ["-c", text])' } },
  { check: "words", file: { path: "src/run/x.ts", text: "spawn(text, { shell: true })" } },
  { check: "words", file: { path: "src/run/x.ts", text: "await new Promise((resolve) => setTimeout(resolve, 500));" } },
  { check: "words", file: { path: "src/run/x.ts", text: "export default function x() {}" } },
  { check: "words", file: { path: "src/run/x.ts", text: "HostConfig: { Privileged: true }" } },
  { check: "heads", file: { path: "src/run/x.ts", text: 'import "x";' } },
];

describe("tidy", () => {
  for (const [name, check] of Object.entries(checks)) {
    it(`${name} hold in all of src`, () => {
      expect(files.length).to.be.greaterThan(20);
      expect(files.flatMap((file) => check(file))).to.deep.equal([]);
    });
  }
  for (const { check, file } of canaries) {
    it(`${check} finds its canary: ${JSON.stringify(file.text.slice(0, 60))} in ${file.path}`, () => {
      expect(checks[check](file)).to.have.length(1);
    });
  }
  it("the median file has at most 80 lines", () => {
    const lines = files.map((file) => file.text.split("\n").length).toSorted((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).to.be.at.most(80);
  });
});
