// Whose a container is decides whether cleanup may take it.
import { expect } from "chai";
import { currentOwner, ownerState } from "../../../src/drivers/docker/labels.ts";

describe("owner of what is in the engine", () => {
  const [pid, start, namespace, boot, host] = currentOwner().split(":");

  it("is alive while its process runs", () => {
    expect(ownerState(currentOwner())).to.equal("alive");
  });

  it("is gone when the pid means another process, or the machine was started anew", () => {
    expect(ownerState([pid, "1", namespace, boot, host].join(":"))).to.equal("gone");
    expect(ownerState([pid, start, namespace, "another-boot", host].join(":"))).to.equal("gone");
    expect(ownerState([4_194_305, start, namespace, boot, host].join(":"))).to.equal("gone");
    expect(ownerState(undefined)).to.equal("gone");
  });

  it("is unknown when another machine made it", () => {
    expect(ownerState([pid, start, namespace, boot, "another-host"].join(":"))).to.equal("elsewhere");
  });

  it("is unknown when it was made in another container of this machine, whose pids are others", () => {
    expect(ownerState([7, "1", "4026532999", boot, host].join(":"))).to.equal("elsewhere");
  });
});
