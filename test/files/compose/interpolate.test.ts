// Variables as the Compose specification writes them; the examples are its own.
import { expect } from "chai";
import { interpolated } from "../../../src/files/compose/interpolate.ts";
import type { Mistake } from "../../../src/files/positions.ts";

const variables = { SET: "value", BLANK: "" };
const read = (text: string): unknown => {
  const mistakes: Mistake[] = [];
  const value = interpolated(text, variables, mistakes);
  return mistakes[0] === undefined ? value : mistakes.map(({ code }) => code);
};

describe("variables of a Compose file", () => {
  for (const [text, expected] of [
    ["plain", "plain"],
    ["$SET-$SET", "value-value"],
    ["a${SET}b", "avalueb"],
    ["$$SET $${SET} 100$$", "$SET ${SET} 100$"],
    ["${BLANK}", ""],
    ["${BLANK:-other}", "other"],
    ["${BLANK-other}", ""],
    ["${NONE:-other}", "other"],
    ["${NONE-}", ""],
    ["${NONE:-${SET}/${NONE:-deep}}", "value/deep"],
    ["${NONE:-a:b?c+d}", "a:b?c+d"],
    ["${SET:+yes}${BLANK:+no}${NONE+no}", "yes"],
    ["${SET:?must be}", "value"],
    ["$NONE", ["unset-variable"]],
    ["${NONE:?must be}", ["unset-variable"]],
    ["${BLANK:?must be}", ["unset-variable"]],
    ["costs $5", ["invalid-value"]],
    ["${SET", ["invalid-value"]],
    ["${SET!x}", ["invalid-value"]],
    ["${}", ["invalid-value"]],
  ] as const)
    it(JSON.stringify(text), () => expect(read(text)).to.deep.equal(expected));

  it("are looked for in every value, never in keys, and each mistake has its path", () => {
    const mistakes: Mistake[] = [];
    expect(interpolated({ $SET: ["$SET", 5, null, { a: "$NONE" }] }, variables, mistakes)).to.deep.equal({
      $SET: ["value", 5, null, { a: "$NONE" }],
    });
    expect(mistakes.map(({ path }) => path)).to.deep.equal([["$SET", 3, "a"]]);
  });
});
