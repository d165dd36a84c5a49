import { expect } from "chai";
import { mountsIn, stable } from "../../src/agent/digest.ts";

describe("digest", () => {
  it("does not change with counters, handles, remaining times or order", () => {
    const one =
      '{"nftables":[{"metainfo":{"version":"1"}},{"rule":{"handle":3,"expr":[{"counter":{"packets":1,"bytes":9}}]}},{"set":{"name":"a","elem":[{"elem":{"val":"10.0.0.1","expires":3}}]}}]}';
    const other =
      '{"nftables":[{"set":{"elem":[{"elem":{"expires":1,"val":"10.0.0.1"}}],"name":"a"}},{"rule":{"expr":[{"counter":{"bytes":10,"packets":7}}],"handle":8}},{"metainfo":{"version":"2"}}]}';
    expect(stable(one)).to.equal(stable(other));
  });

  it("changes with an element, a rule, a route", () => {
    expect(stable('[{"dst":"default","dev":"eth0"}]')).not.to.equal(stable('[{"dst":"default","dev":"eth1"}]'));
    expect(stable('{"elem":["a"]}')).not.to.equal(stable('{"elem":["a","b"]}'));
  });

  it("tells an absent program from an empty answer", () => expect([stable(undefined), stable("")]).to.deep.equal(["", "[]"]));

  it("leaves out the numbers of mounts, which are new for every agent", () => {
    expect(mountsIn("12 3 254:1 /v /data rw,relatime shared:1 - ext4 /dev/vda1 rw\n")).to.equal("/data rw,relatime ext4");
  });
});
