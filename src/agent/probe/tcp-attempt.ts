// Connects; with `send` it speaks first, and with `expect` it also waits for the peer's first bytes to be that text.
import * as net from "node:net";
import { errorWord, once, printable } from "./attempt.ts";
import type { StartAttempt } from "./attempt.ts";
import { drop } from "./http-connections.ts";

export function tcpAttempt(address: string, port: number, expect: string | undefined, send?: string): StartAttempt {
  const expected = Buffer.from(expect ?? "", "utf8");
  return (_n, settle) => {
    const socket = net.connect({ host: address, port, autoSelectFamily: false, noDelay: true });
    const attempt = once(settle, () => drop(socket));
    let seen = Buffer.alloc(0);
    socket.on("error", (error) => attempt.settle({ outcome: "failed", detail: errorWord(error) }));
    socket.on("connect", () => {
      if (send !== undefined) socket.write(send);
      if (expected.length === 0) attempt.settle({ outcome: "ok", detail: undefined });
    });
    socket.on("data", (chunk) => {
      seen = Buffer.concat([seen, chunk]);
      const shared = Math.min(seen.length, expected.length);
      if (seen.compare(expected, 0, shared, 0, shared) !== 0) attempt.settle({ outcome: "wrong", detail: printable(seen) });
      else if (shared === expected.length) attempt.settle({ outcome: "ok", detail: undefined });
    });
    socket.on("end", () => attempt.settle({ outcome: "failed", detail: "closed early" }));
    return attempt.cancel;
  };
}
