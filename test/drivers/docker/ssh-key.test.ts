import { expect } from "chai";
import ssh2 from "ssh2";
import { makeKeyPair } from "../../../src/drivers/docker/ssh-key.ts";

describe("makeKeyPair", function () {
  this.timeout(20_000);

  // With 1500 keys as ssh2 makes them the chance of none that is malformed was one in a thousand.
  it("makes keys that can be read", () => {
    const keys = Array.from({ length: 1_500 }, () => ssh2.utils.parseKey(makeKeyPair().privateKey));
    expect(keys.filter((key) => key instanceof Error)).to.deep.equal([]);
  });

  it("passes over those that cannot", () => {
    const good = makeKeyPair();
    const made = [
      { private: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", public: "unread" },
      { private: good.privateKey, public: good.publicKey },
    ];
    expect(makeKeyPair(() => made.shift() ?? expect.fail("asked for more"))).to.deep.equal(good);
  });

  it("gives up where none can be read", () => {
    expect(() => makeKeyPair(() => ({ private: "", public: "" }))).to.throw("10 keys in a row cannot be read");
  });
});
