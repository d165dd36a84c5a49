// What is seen of packet rules: each kind of leak, planted, and nothing of what counters and elements do by themselves.
import { expect } from "chai";
import { networkOf } from "./onlooker.ts";
import { readRuleset } from "./ruleset.ts";

const ours = "planefault_run";
const listing = (...items: readonly object[]): string =>
  JSON.stringify({ nftables: [{ metainfo: { version: "1.0.6", json_schema_version: 1 } }, ...items] });
const foreign = [
  { table: { family: "ip", name: "nat", handle: 1 } },
  { chain: { family: "ip", table: "nat", name: "OUTPUT", handle: 2 } },
  { set: { family: "ip", table: "nat", name: "seen", handle: 3, elem: ["10.0.0.9"] } },
  { rule: { family: "ip", table: "nat", chain: "OUTPUT", handle: 4, expr: [{ counter: { packets: 7, bytes: 420 } }, { accept: null }] } },
];
const calm = readRuleset(listing(...foreign));

describe("a look at packet rules", () => {
  it("sees a table of ours, and our sets that hold an address", () => {
    const table = { table: { family: "inet", name: ours, handle: 9 } };
    const set = { family: "inet", table: ours, name: "c_c1", handle: 10 };
    expect(readRuleset(listing(...foreign, table))).to.deep.equal({ ...calm, tables: [ours] });
    expect(readRuleset(listing(...foreign, table, { set }))).to.deep.equal({ ...calm, tables: [ours] });
    const elem = [{ elem: { val: "10.0.0.2", timeout: 4, expires: 3 } }];
    expect(readRuleset(listing(...foreign, table, { set: { ...set, elem } }))).to.deep.equal({
      ...calm,
      tables: [ours],
      elements: ["c_c1"],
    });
  });
  it("sees a rule or a chain in a table of somebody else's", () => {
    const chain = { chain: { family: "ip", table: "nat", name: "left", handle: 9 } };
    const rule = { rule: { family: "ip", table: "nat", chain: "OUTPUT", handle: 9, expr: [{ drop: null }] } };
    for (const left of [chain, rule]) expect(readRuleset(listing(...foreign, left)).foreign).not.to.equal(calm.foreign);
  });
  it("sees no counter that moves, and no element of a foreign set", () => {
    const moved = JSON.parse(
      listing(...foreign)
        .replace('"packets":7', '"packets":8')
        .replace("10.0.0.9", "10.0.0.8"),
    ) as object;
    expect(readRuleset(JSON.stringify(moved))).to.deep.equal(calm);
  });
  it("says what could not be asked, and takes it for no rules", () => {
    for (const nft of ["unknown: nft hangs", ""]) {
      const { network, rules } = networkOf({ links: "[]", nft });
      expect(rules).to.equal(undefined);
      expect(network["foreign rules"]).to.equal(nft);
    }
    expect(networkOf().rules).to.equal(undefined);
  });
});
