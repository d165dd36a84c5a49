// A guest has no key: sshd is asked for its greeting, once.
import { expect } from "chai";
import { planToWatch } from "../../src/commands/find-target.ts";
import { guestProbes } from "../../src/commands/guest-probes.ts";

describe("the probes of a guest", () => {
  const { probes } = planToWatch("etcd-app", undefined);

  it("are the target's, without shells where another probe asks for the same greeting", () => {
    const guest = guestProbes(probes);
    expect(guest.probes).to.deep.equal(probes.filter(({ measurement }) => measurement.kind !== "ssh"));
    expect(guest.greetings).to.deep.equal(["ssh-exec", "oob-exec-app-1"]);
  });

  it("ask for the greeting where nobody else does", () => {
    const shells = probes.filter(({ measurement }) => measurement.kind === "ssh");
    const guest = guestProbes(shells);
    expect(guest.probes.map(({ instance }) => instance)).to.deep.equal(shells.map(({ instance }) => instance));
    expect(guest.probes[0]?.measurement).to.deep.include({ kind: "tcp", expect: "SSH-2.0" });
  });
});
