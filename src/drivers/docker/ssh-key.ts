// The session's own SSH key: components get the public half, probes the private one; nobody's own keys are touched.
import assert from "node:assert/strict";
import ssh2 from "ssh2";

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

type Generated = { readonly private: string; readonly public: string };

const generate = (): Generated => ssh2.utils.generateKeyPairSync("ed25519", { comment: "planefault" });

/** One of about two hundred keys that ssh2 1.17 makes it cannot read itself ("Malformed OpenSSH private key"), and the probes of one in two hundred runs could not start. */
const attempts = 10;

export function makeKeyPair(make: () => Generated = generate): KeyPair {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const pair = make();
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return { privateKey: pair.private, publicKey: pair.public };
  }
  assert.fail(`${attempts} keys in a row cannot be read`);
}
