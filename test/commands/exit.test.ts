// Which exit code an error, two errors at once, and several runs together give.
import { expect } from "chai";
import { exitCodeOf } from "../../src/commands/exit.ts";
import { worst } from "../../src/commands/worst.ts";
import { PlanefaultError } from "../../src/model/error.ts";

describe("exitCodeOf", () => {
  const leak = new PlanefaultError("leak", "a table is still there");
  const input = new PlanefaultError("input", "a bad file");
  const crash = new TypeError("a crash");
  for (const [what, error, code] of [
    ["a crash", crash, 4],
    ["bad input", input, 2],
    ["a leak while closing after bad input", new SuppressedError(leak, input), 5],
    ["bad input while closing after a leak", new SuppressedError(input, leak), 5],
    ["a crash while closing after bad input", new SuppressedError(crash, input), 4],
    ["three errors, the innermost a leak", new SuppressedError(crash, new SuppressedError(input, leak)), 5],
  ] as const)
    it(`${code} for ${what}`, () => expect(exitCodeOf(error)).to.equal(code));

  it("5 for what `using` made of a leak at its end", async () => {
    const both = async (): Promise<void> => {
      await using stack = new AsyncDisposableStack();
      stack.defer(async () => Promise.reject(leak));
      throw crash;
    };
    expect(await both().catch((error: unknown) => exitCodeOf(error))).to.equal(5);
  });
});

describe("worst", () => {
  for (const [codes, code] of [
    [[], 0],
    [[0, 0], 0],
    [[0, 3], 3],
    [[3, 1], 1],
    [[1, 4, 3], 4],
    [[4, 5, 1], 5],
    [[0, 137], 4],
    [[137, 5], 5],
    [[2], 4],
    [[-1, 1], 4],
  ] as const)
    it(`of ${JSON.stringify(codes)} is ${code}`, () => expect(worst(codes)).to.equal(code));
});
