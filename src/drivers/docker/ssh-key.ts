// The session's own SSH key: components get the public half, probes the private one; nobody's own keys are touched.
import ssh2 from "ssh2";

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeKeyPair(): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "planefault" });
  return { privateKey: pair.private, publicKey: pair.public };
}
