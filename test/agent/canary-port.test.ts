import { expect } from "chai";
import { canaryPorts, firstPort, lastPort } from "../../src/agent/canary-port.ts";
import { canaryPortRange } from "../../src/plan/plan.ts";

describe("canary ports", () => {
  it("differ between numbered changes, and canary from bystander", () => {
    const all = Array.from({ length: 500 }, (_, index) => canaryPorts(`c${index}`)).flatMap(({ canary, bystander }) => [canary, bystander]);
    expect(new Set(all).size).to.equal(1_000);
  });

  it("stay within the range whose answers pass, above the ephemeral ports", () => {
    for (const id of ["c0", "c1999", "c2000", "c987654", "some-name", ""]) {
      const { canary, bystander } = canaryPorts(id);
      expect(canary).to.be.within(firstPort, lastPort);
      expect(bystander).to.be.within(firstPort, lastPort);
    }
    expect(firstPort).to.be.greaterThan(60_999);
    expect(lastPort).to.be.lessThan(65_536);
  });

  it("are the range that plan keeps free: an agent has no imports of its values, so it stands twice", () => {
    expect(canaryPortRange).to.deep.equal({ first: firstPort, last: lastPort });
  });
});
