// What tc is told, word by word. The forms are those of tc(8), tc-prio(8), tc-netem(8) and tc-flower(8) of iproute2 6.15 (Debian 13):
//   tc qdisc add dev DEV [ parent CLASSID | root ] handle MAJOR: QDISC ...
//   prio bands NUMBER priomap P1 P2 ... P16
//   netem [ limit PACKETS ] [ delay TIME [ JITTER ] ] [ duplicate PERCENT ] [ reorder PERCENT ]   (reorder needs a delay, and is the share that does not wait)
//   flower [ classid CLASSID ] dst_ip PREFIX ip_proto { tcp | udp } { dst_port | src_port } { NUMBER | MIN-MAX }
import { expect } from "chai";
import { canaryPorts } from "../../src/agent/canary-port.ts";
import { calmLines, disturbLines, netemWords, waitMsOf } from "../../src/agent/netem-text.ts";
import { waitMsOf as waitMsInModel, type Disturbance } from "../../src/model/op.ts";

const disturbances: readonly Disturbance[] = [
  { kind: "delay", delayMs: 100, spreadMs: 0 },
  { kind: "delay", delayMs: 20, spreadMs: 80.5 },
  { kind: "duplicate", percent: 12.5 },
  { kind: "reorder", percent: 33.3, delayMs: 60 },
];

describe("netem as text", () => {
  it("says delays in microseconds, a spread as a mean and what it may differ by, and reorders by whom it lets go", () => {
    expect(disturbances.map(netemWords)).to.deep.equal([
      "delay 100000us",
      "delay 60250us 40250us",
      "duplicate 12.5%",
      "delay 60000us reorder 66.7%",
    ]);
  });

  it("puts a netem behind a prio, and sends only the peers' packets to it, last of all", () => {
    const { canary } = canaryPorts("c7");
    const [first, ...rest] = disturbances;
    expect(rest).to.have.length(3);
    const add = "filter add dev eth0 parent 7e31: protocol ip pref";
    expect(first && disturbLines("eth0", first, ["10.64.0.12", "10.64.0.13"], canary)).to.deep.equal([
      "qdisc add dev eth0 root handle 7e31: prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
      "qdisc add dev eth0 parent 7e31:2 handle 7e32: netem limit 10000 delay 100000us",
      `${add} 1 flower ip_proto udp dst_ip 10.64.0.12 dst_port 61007 classid 7e31:2`,
      `${add} 1 flower ip_proto udp dst_ip 10.64.0.13 dst_port 61007 classid 7e31:2`,
      `${add} 2 flower ip_proto udp src_port 61000-64999 classid 7e31:1`,
      `${add} 3 flower ip_proto udp dst_port 61000-64999 classid 7e31:1`,
      `${add} 4 flower ip_proto tcp src_port 61000-64999 classid 7e31:1`,
      `${add} 5 flower ip_proto tcp dst_port 61000-64999 classid 7e31:1`,
      `${add} 6 flower dst_ip 10.64.0.12 classid 7e31:2`,
      `${add} 6 flower dst_ip 10.64.0.13 classid 7e31:2`,
    ]);
  });

  it("takes the filters away first, the peers' before all others", () => {
    expect(calmLines("eth0")).to.deep.equal([
      "filter del dev eth0 parent 7e31: protocol ip pref 6",
      "filter del dev eth0 parent 7e31: protocol ip pref 1",
    ]);
  });

  it("knows as well as the model how long a packet may wait", () => {
    expect(disturbances.map(waitMsOf)).to.deep.equal([100, 100.5, 0, 60]);
    expect(disturbances.map(waitMsOf)).to.deep.equal(disturbances.map(waitMsInModel));
  });
});
