// net.rate: what is limited, in which unit, and what it refuses.
import { expect } from "chai";
import { codesOf, planned, targetText } from "../files/example.ts";
import { compiled, refusals } from "./compiled.ts";

const rate = (options: string): string => `{ kind: net.rate, ${options} }`;

describe("net.rate", () => {
  it("limits all that leaves by the interface, held by the agent, watched from a peer", () => {
    const place = { at: { component: "app" }, network: "control" };
    expect(compiled(rate("on: app, network: control, rate: 1.5mbit"))).to.deep.equal({
      sentence: "limit everything that leaves app by its interface on network control to 1.5mbit in all",
      changes: [
        { apply: { op: "rate.limit", ...place, bitsPerSecond: 1_500_000 }, undo: { op: "rate.restore", ...place }, holder: "agent" },
      ],
      witnesses: [{ kind: "rate", id: "w1", changes: ["c1"], ...place, peer: { component: "admin" }, bitsPerSecond: 1_500_000 }],
      needs: ["tbf"],
    });
  });
  it("refuses what is no rate, or one that our canaries could not tell", () => {
    const refused = (text: string) => refusals(rate(`on: app, network: control, rate: ${text}`));
    const other = "invalid-value: a rate lies between 100kbit and 20mbit: others could not be told by our canaries";
    const form = 'expected a rate in kbit or mbit per second, such as "500kbit" or "1.5mbit"';
    expect(refused("99kbit")).to.deep.equal([other]);
    expect(refused("21mbit")).to.deep.equal([other]);
    expect(refused("1gbit")).to.deep.equal([`invalid-value: ${form}`]);
    expect(refused("1000000")).to.deep.equal([`invalid-type: ${form}, not 1000000`]);
    expect(refused("20mbit")).to.deep.equal([]);
    expect(refusals(rate("on: app, network: control"))).to.deep.equal(['missing-option: net.rate needs the option "rate"']);
    expect(refusals(rate("on: etcd-1, rate: 1mbit"))).to.deep.equal([
      "missing-option: net.rate needs `network`, one of etcd-1's: control, mgmt",
    ]);
  });
  it("refuses a component that is alone on its network, and a kernel without tbf", () => {
    const text = targetText.replace("mgmt: {} }", "mgmt: {}, lone: {} }").replace("control, mgmt], env", "control, mgmt, lone], env");
    const alone = planned({ faults: `[ ${rate("on: app, network: lone, rate: 1mbit")} ]` }, {}, text);
    expect(codesOf(alone)).to.deep.equal(["no-shared-network"]);
    expect(codesOf(planned({ faults: `[ ${rate("on: app, network: data, rate: 1mbit")} ]` }, { tbf: false }))).to.deep.equal([
      "missing-feature",
    ]);
  });
});
