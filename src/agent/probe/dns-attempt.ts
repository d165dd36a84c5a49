// Asks one DNS server, never the container's own resolver, for a name's addresses, and checks that they are the right ones.
import { Resolver } from "node:dns";
import { errorWord, once } from "./attempt.ts";
import type { Reading, StartAttempt } from "./attempt.ts";

export interface DnsQuestion {
  readonly server: string;
  readonly port: number;
  readonly name: string;
  /** Every address of the answer must be one of these. */
  readonly expect: readonly string[];
  readonly deadlineMs: number;
}

/** The scheduler holds the deadline, not the resolver. */
const spareMs = 1_000;

/** A resolver of its own for each sample: its socket is new, nothing is remembered, and cancelling touches no other sample. */
export function dnsAttempt({ server, port, name, expect, deadlineMs }: DnsQuestion): StartAttempt {
  return (_n, settle) => {
    const resolver = new Resolver({ timeout: deadlineMs + spareMs, tries: 1 });
    resolver.setServers([`${server}:${port}`]);
    const attempt = once(settle, () => resolver.cancel());
    resolver.resolve4(name, (error, addresses) => {
      attempt.settle(error ? { outcome: "failed", detail: errorWord(error) } : judge(addresses, expect));
    });
    return attempt.cancel;
  };
}

function judge(addresses: readonly string[], expect: readonly string[]): Reading {
  const stranger = addresses.find((address) => !expect.includes(address));
  return stranger === undefined ? { outcome: "ok", detail: undefined } : { outcome: "wrong", detail: stranger };
}
