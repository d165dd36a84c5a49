// One datagram per sample, and what comes back: its number says whether it is the answer, an answer that came too late, or something else.
import * as dgram from "node:dgram";
import { errorWord, once, printable } from "./attempt.ts";
import type { Reading, StartAttempt } from "./attempt.ts";

/** A socket of its own for each sample: a refusal (ICMP port unreachable) then belongs to the sample that it is told to. */
export function udpAttempt(address: string, port: number, send: string, expect: string): StartAttempt {
  const read = answerReader(expect);
  return (n, settle) => {
    // Addresses need no look-up; Node asks for the one that it binds to as well.
    const socket = dgram.createSocket({ type: "udp4", lookup: (known, _options, found) => found(null, known, 4) });
    const attempt = once(settle, () => socket.close());
    const fail = (error: Error): void => attempt.settle({ outcome: "failed", detail: errorWord(error) });
    socket.on("error", fail);
    socket.on("message", (message) => {
      const reading = read(message, n);
      if (reading !== undefined) attempt.settle(reading);
    });
    socket.connect(port, address, () => {
      socket.send(send.replaceAll("{n}", String(n)), (error) => {
        if (error) fail(error);
      });
    });
    return attempt.cancel;
  };
}

/** undefined: it belongs to an earlier sample, so this one still waits. */
function answerReader(expect: string): (message: Buffer, n: number) => Reading | undefined {
  const [head = "", ...tail] = expect.split("{n}").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`));
  const pattern = new RegExp([head, ...tail].join("([0-9]+)"), "gu");
  return (message, n) => {
    const found = [...message.toString("utf8").matchAll(pattern)].map(([, ...numbers]) => numbers.map(Number));
    if (found.some((numbers) => numbers.every((number) => number === n))) return { outcome: "ok", detail: undefined };
    const isOlder = found.length > 0 && found.flat().every((number) => number < n);
    return isOlder ? undefined : { outcome: "wrong", detail: printable(message) };
  };
}
