// Waiting for a state: no longer than its deadline, and a sentence that says what for.
import { expect } from "chai";
import { poll } from "../../src/agent/poll.ts";

const never = (): boolean => false;

describe("polling", () => {
  it("asks again until it is so", async () => {
    let asked = 0;
    await poll("the third look", 5_000, () => (asked += 1) === 3);
    expect(asked).to.equal(3);
  });
  it("says what it waited for, or what it is told to say once the time is up", async () => {
    expect(await poll("rain", 10, never).catch(String)).to.equal("Error: waited 10 ms for rain");
    let looks = 0;
    const look = (): boolean => (looks += 1) === 0;
    expect(await poll(() => `no rain in ${looks > 1 ? "many" : "too few"} looks`, 10, look).catch(String)).to.equal(
      "Error: no rain in many looks",
    );
  });
  it("hands on what the look throws", async () => {
    const broken = (): boolean => {
      throw new Error("the roof is gone");
    };
    expect(await poll("rain", 10, broken).catch(String)).to.equal("Error: the roof is gone");
  });
});
