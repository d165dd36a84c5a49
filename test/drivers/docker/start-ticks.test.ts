import { expect } from "chai";
import { startTicksIn } from "../../../src/drivers/docker/start-ticks.ts";

describe("start ticks", () => {
  it("are the 22nd field, however odd the command", () => {
    const rest = Array.from({ length: 18 }, (_, index) => index).join(" ");
    expect(startTicksIn(`7 (sleep) S ${rest} 99 0`)).to.equal("99");
    expect(startTicksIn(`7 (my) (odd name) S ${rest} 99 0`)).to.equal("99");
  });

  it("are unknown where there is no such process", () => {
    expect(startTicksIn("")).to.equal(undefined);
  });
});
