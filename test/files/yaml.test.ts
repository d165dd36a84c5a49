// The YAML that is accepted: a small subset, whoever wrote it and whatever they meant by it.
import { expect } from "chai";
import * as fc from "fast-check";
import { parseYaml } from "../../src/files/yaml.ts";

const codes = (text: string): readonly string[] => {
  const parsed = parseYaml("x.yaml", text);
  return parsed.ok ? [] : parsed.problems.map(({ code, line, column }) => `${line}:${column} ${code}`);
};

describe("parseYaml", () => {
  it("takes plain data, with comments and anchors", () => {
    const parsed = parseYaml("x.yaml", "# c\na: &x [1, two, true]\nb: *x\n");
    expect(parsed.ok && parsed.value).to.deep.equal({ a: [1, "two", true], b: [1, "two", true] });
  });
  it("keeps words that older YAML took for numbers or truth", () => {
    const parsed = parseYaml("x.yaml", "a: on\nb: 1:30\nc: 0o7x\nd: no\n");
    expect(parsed.ok && parsed.value).to.deep.equal({ a: "on", b: "1:30", c: "0o7x", d: "no" });
  });
  it("refuses what could mean something that nobody wrote", () => {
    expect(codes("a: 1\na: 2\n")).to.deep.equal(["2:1 yaml-duplicate-key"]);
    expect(codes("a: !!str 1\n")).to.deep.equal(["1:10 yaml-tag"]);
    expect(codes("a: { <<: { b: 1 } }\n")).to.deep.equal(["1:6 yaml-merge"]);
    expect(codes("a: { __proto__: { b: 1 } }\n")).to.deep.equal(["1:6 yaml-key"]);
    expect(codes("a: { constructor: 1, prototype: 2 }\n")).to.deep.equal(["1:6 yaml-key", "1:22 yaml-key"]);
    expect(codes("1: a\n")).to.deep.equal(["1:1 yaml-key"]);
    expect(codes("a: *b\n")).to.deep.equal(["1:4 yaml-alias"]);
    expect(codes("a: &b [*b]\n")).to.deep.equal(["1:8 yaml-alias"]);
  });
  it("refuses aliases that multiply", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`),
    ].join("\n");
    expect(codes(bomb)).to.deep.equal(["4:14 yaml-alias"]);
  });
  it("answers hostile nesting with few problems, and without crashing", function () {
    this.timeout(60_000);
    for (const text of ["[".repeat(100_000), "- ".repeat(2_000), "? ".repeat(2_000), "&a ".repeat(2_000), "a: ".repeat(2_000)])
      expect(codes(text), text.slice(0, 3)).to.have.length.within(1, 20);
  });
  it("never throws, and every place that it names exists", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."ab: -[]{},&*!<\n#'\"|>%?\t".split(""), "\r\n", "é", "😀"), maxLength: 60 }),
        (text) => {
          const parsed = parseYaml("x.yaml", text);
          if (parsed.ok) return;
          for (const { line, column, length, source } of parsed.problems) {
            expect(line).to.be.within(1, text.split("\n").length);
            expect(column).to.be.within(1, source.length + 1);
            expect(length).to.be.at.least(1);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
