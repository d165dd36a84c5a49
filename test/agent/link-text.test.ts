// What iproute2 prints about an interface, as seen on Debian 13 and 12, and what has to be said to have it back.
import { expect } from "chai";
import { addressesOf, amendLines, linkWith, neighboursIn, raiseLines, routesOver, type Shown } from "../../src/agent/link-text.ts";
import type { LinkIdentity } from "../../src/model/identity.ts";

const four = String.raw`default via 10.9.0.1 dev va0 
10.9.0.0/24 dev va0 proto kernel scope link src 10.9.0.2 linkdown
10.77.0.0/16 via 10.9.0.7 dev va0 metric 5 
10.78.0.0/16 \	nexthop via 10.9.0.8 dev va0 weight 1 \	nexthop via 10.9.0.9 dev va0 weight 1 
10.79.0.0/16 via 10.9.0.8 dev va0 proto bgp metric 20
local 10.9.0.2 dev va0 table local proto kernel scope host src 10.9.0.2 
local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 
10.80.0.0/16 via 10.8.0.7 dev va01
`;
const six = `fd00::/64 dev va0 proto kernel metric 256 pref medium
fd01::/64 via fd00::1 dev va0 metric 1024 pref medium
default via fe80::1 dev va0 proto ra metric 1024 expires 86sec pref medium
default via fd00::1 dev va0 metric 1024 pref medium
multicast ff00::/8 dev va0 table local proto kernel metric 256 pref medium
`;
const kept = [
  "default via 10.9.0.1 dev va0",
  "10.9.0.0/24 dev va0 proto kernel scope link src 10.9.0.2",
  "10.77.0.0/16 via 10.9.0.7 dev va0 metric 5",
  "10.78.0.0/16 nexthop via 10.9.0.8 dev va0 weight 1 nexthop via 10.9.0.9 dev va0 weight 1",
  "local 10.9.0.2 dev va0 table local proto kernel scope host src 10.9.0.2",
];
const link: LinkIdentity = {
  interface: "va0",
  index: 3,
  mac: "4a:1d:8a:bf:ae:7d",
  qdisc: "noqueue 0:",
  queueLength: 0,
  addresses: ["fd00::2/64 nodad"],
  routes: [...kept, "10.81.0.0/16 dev va0 scope link"],
  neighbours: ["10.9.0.55 lladdr 02:00:00:00:00:05 nud permanent"],
};
const address = (local: string, more: object = {}) => ({ family: "inet", local, prefixlen: 24, scope: "global", ...more });
const shown: readonly Shown[] = [
  { ifname: "lo", ifindex: 1, link_type: "loopback", addr_info: [address("127.0.0.1"), address("10.254.9.9")] },
  { ifname: "eth0", ifindex: 7, link_type: "ether", address: "02:42:0a:00:00:0a", addr_info: [address("10.0.0.10")] },
  { ifname: "eth1", ifindex: 9, link_type: "ether", address: "02:42:0a:00:01:0a", addr_info: [address("10.0.1.10")] },
  { ifname: "vlan5", ifindex: 11, link_type: "ether", link: "eth1", addr_info: [] },
];

describe("the text of a link", () => {
  it("is that of the interface which has the address", () =>
    expect(linkWith(shown, "10.0.0.10")).to.include({ ifname: "eth0", ifindex: 7 }));
  it("is refused for loopback, for an address that nobody has, and where another interface stands on it", () => {
    expect(() => linkWith(shown, "10.254.9.9")).to.throw("an address of the loopback interface");
    expect(() => linkWith(shown, "10.0.0.1")).to.throw("no interface here has the address 10.0.0.1");
    expect(() => linkWith(shown, "10.0.1.10")).to.throw("vlan5 stands on eth1");
  });
  it("keeps routes that nobody else puts back, of this interface alone, without the kernel's remarks", () => {
    expect(routesOver(four, "va0", 4)).to.deep.equal(kept);
    expect(routesOver(six, "va0", 6)).to.deep.equal([
      "fd01::/64 via fd00::1 dev va0 metric 1024 pref medium",
      "::/0 via fd00::1 dev va0 metric 1024 pref medium",
    ]);
  });
  it("keeps IPv6 addresses that were given, not those that the kernel makes up", () => {
    const given = { family: "inet6", local: "fd00::2", prefixlen: 64, scope: "global" };
    const all = [address("10.0.0.10"), { ...given, nodad: true }, { ...given, scope: "link" }, { ...given, dynamic: true }];
    expect(addressesOf({ ifname: "eth0", ifindex: 7, addr_info: all })).to.deep.equal(["fd00::2/64 nodad"]);
  });
  it("keeps static neighbours", () =>
    expect(neighboursIn("10.9.0.55 lladdr 02:00:00:00:00:05 PERMANENT \n10.9.0.56 lladdr 02:00:00:00:00:06 STALE\n")).to.deep.equal(
      link.neighbours,
    ));
  it("comes back in an order in which each line can be taken, and leaves to the kernel what it does by itself", () =>
    expect(raiseLines(link)).to.deep.equal([
      "link set dev va0 up",
      "address add fd00::2/64 nodad dev va0",
      "route add 10.81.0.0/16 dev va0 scope link",
      `route add ${kept[0]}`,
      `route add ${kept[2]}`,
      `route add ${kept[3]}`,
      "neighbour replace 10.9.0.55 lladdr 02:00:00:00:00:05 nud permanent dev va0",
    ]));
  it("is amended until it is as it was: what is missing comes, what only the kernel added goes, what others added stays", () => {
    const kernels = "10.9.9.0/24 dev va0 proto kernel scope link src 10.9.9.2";
    const found = [...link.routes.slice(1), kernels, "10.90.0.0/16 via 10.9.0.3 dev va0"];
    expect(amendLines(link, found)).to.deep.equal([`route add ${kept[0]}`, `route delete ${kernels}`]);
    expect(amendLines(link, link.routes)).to.deep.equal([]);
  });
});
