// Subnets, addresses and names are pure, so they are tested without an engine.
import { expect } from "chai";
import { assignAddresses, freeSubnets, hostLines, parseSubnet } from "../../../src/drivers/docker/addresses.ts";
import { component, pair } from "./stacks.ts";

const subnets = { data: "10.64.1.0/24", control: "10.64.2.0/24" };
const addresses = assignAddresses(pair, subnets);

describe("addresses of a stack", () => {
  it("chooses subnets that overlap neither a host route nor another network", () => {
    const [first] = freeSubnets(1, [], "s");
    const taken = parseSubnet(first ?? "") ?? expect.fail("no subnet");
    expect(freeSubnets(2, [taken], "s"))
      .to.have.length(2)
      .and.not.include(first);
    const all = parseSubnet("10.64.0.0/10") ?? expect.fail("no range");
    expect(() => freeSubnets(1, [all], "s")).to.throw("no 1 free subnets");
  });

  it("gives every member one address on each of its networks", () => {
    expect(addresses).to.deep.equal({
      server: { data: "10.64.1.10", control: "10.64.2.10" },
      store: { control: "10.64.2.11" },
      user: { data: "10.64.1.11" },
    });
  });

  it("names members by network, and plainly on the first shared network of the target", () => {
    const lines = hostLines(pair, { name: "store", networks: ["control"] }, addresses);
    expect(lines).to.include.members(["server.control:10.64.2.10", "server:10.64.2.10", "store:10.64.2.11"]);
    expect(lines.join()).to.not.contain("user");
    expect(hostLines(pair, { name: "user", networks: ["data"] }, addresses)).to.include("server:10.64.1.10");
  });

  it("gives the names of a Compose file to every replica that has them, on the networks where it has them", () => {
    const aliases = { data: ["app", "www"], control: ["app"] };
    const composed = {
      entrypoint: undefined,
      user: undefined,
      workingFolder: undefined,
      hostname: undefined,
      aliases,
      copies: [],
      after: [],
    };
    const networks = ["data", "control"];
    const replicas = {
      ...pair,
      components: [
        component("app-1", { service: "app", networks, composed }),
        component("app-2", { service: "app", index: 2, networks, composed }),
      ],
    };
    const given = assignAddresses(replicas, subnets);
    const lines = (of: readonly string[]) =>
      hostLines(replicas, { name: "user", networks: of }, given).filter((line) => /^(?:app|www):/u.test(line));
    expect(lines(["control"])).to.deep.equal(["app:10.64.2.10", "app:10.64.2.11"]);
    expect(lines(["control", "data"])).to.deep.equal(["app:10.64.1.10", "www:10.64.1.10", "app:10.64.1.11", "www:10.64.1.11"]);
  });

  it("gives a service's own name only where it has one replica", () => {
    const replicas = {
      ...pair,
      components: [
        component("app-1", { service: "app" }),
        component("app-2", { service: "app", index: 2 }),
        component("db-1", { service: "db" }),
      ],
    };
    const lines = hostLines(replicas, { name: "user", networks: ["data"] }, assignAddresses(replicas, subnets));
    expect(lines.filter((line) => line.startsWith("app:"))).to.deep.equal([]);
    expect(lines).to.include("db:10.64.1.12");
  });
});
