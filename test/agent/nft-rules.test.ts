import { expect } from "chai";
import { type ArmedTraffic, armText, fireText, setName, tableText, undoText } from "../../src/agent/nft-rules.ts";
import type { Traffic } from "../../src/model/op.ts";

function armed(over: Partial<Traffic> = {}): ArmedTraffic {
  const traffic: Traffic = {
    from: { component: "user" },
    network: "data",
    protocol: "any",
    flows: "all",
    action: "drop",
    percent: 100,
    ...over,
  };
  const place = { at: { component: "app-1" }, traffic };
  return {
    table: "planefault_r1",
    change: {
      id: "c3",
      fault: 0,
      apply: { op: "packets.block", ...place },
      undo: { op: "packets.pass", ...place },
      holder: "kernel",
      startMs: 0,
      endMs: 1,
      leaseMs: 2_000.4,
    },
    traffic,
    source: "10.0.0.2",
    destination: "10.0.0.3",
  };
}

const rulesOf = (over: Partial<Traffic>): readonly string[] => armText(armed(over)).split("; add rule inet planefault_r1 ").slice(1);
const path = "ip saddr @c_c3 ip daddr 10.0.0.3";

/** Every port but the canaries' of other changes. */
const own = " th dport { 0-60999, 61003, 65000-65535 }";
const every = (rest: string): readonly string[] => [
  `arriving ${path} meta l4proto tcp${own}${rest}`,
  `arriving ${path} meta l4proto udp${own}${rest}`,
  `arriving ${path} meta l4proto != { tcp, udp }${rest}`,
];

describe("nft rules", () => {
  it("names sets so that no id is a keyword of nft", () => expect(setName("drop")).to.equal("c_drop"));

  it("creates its table and never takes over one that is there", () =>
    expect(tableText("planefault_r1")).to.match(/^create table inet planefault_r1;/u));

  it("lets the answers of canaries pass first, in each chain", () =>
    expect(tableText("planefault_r1").match(/th sport 61000-64999 accept/gu)).to.have.length(2));

  it("fires and undoes one element, with the lease as timeout", () => {
    expect(fireText(armed())).to.equal("add element inet planefault_r1 c_c3 { 10.0.0.2 timeout 2001ms }");
    expect(undoText(armed())).to.equal("delete element inet planefault_r1 c_c3 { 10.0.0.2 }");
  });

  for (const [name, over, rules] of [
    ["everything", {}, every(" counter drop")],
    ["a share", { percent: 12.5 }, every(" numgen random mod 10000 < 1250 counter drop")],
    [
      "a port, with the canary's beside it",
      { protocol: "tcp", port: 22 },
      [`arriving ${path} meta l4proto tcp th dport { 22, 61003 } counter drop`],
    ],
    [
      "a refused port",
      { protocol: "tcp", port: 22, action: "reject" },
      [`arriving ${path} meta l4proto tcp th dport { 22, 61003 } counter reject with tcp reset`],
    ],
    [
      "new connections by their SYN",
      { protocol: "tcp", flows: "new" },
      [`arriving ${path} tcp flags & (fin | syn | rst | ack) == syn${own} counter drop`],
    ],
    [
      "new datagram flows after tracking",
      { protocol: "udp", port: 53, flows: "new" },
      [`tracked ${path} meta l4proto udp ct state new th dport { 53, 61003 } counter drop`],
    ],
    [
      "everything new",
      { flows: "new" },
      [
        `arriving ${path} tcp flags & (fin | syn | rst | ack) == syn${own} counter drop`,
        `tracked ${path} meta l4proto udp ct state new${own} counter drop`,
        `tracked ${path} meta l4proto != { tcp, udp } ct state new counter drop`,
      ],
    ],
    [
      "everything refused",
      { action: "reject" },
      [
        `arriving ${path} meta l4proto tcp${own} counter reject with tcp reset`,
        `arriving ${path} meta l4proto udp${own} counter reject`,
        `arriving ${path} meta l4proto != { tcp, udp } counter reject`,
      ],
    ],
  ] as const satisfies readonly (readonly [string, Partial<Traffic>, readonly string[]])[]) {
    it(`matches ${name}`, () => expect(rulesOf(over)).to.deep.equal(rules));
  }
});
