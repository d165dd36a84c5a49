// Opens a new SSH session, runs one command and wants exit status 0: can a responder still get in and do something?
import type { ClientChannel, ConnectConfig } from "ssh2";
import { errorWord, once } from "./attempt.ts";
import type { StartAttempt } from "./attempt.ts";

const outputLimit = 65_536;

export interface LoadedSsh2 {
  readonly Client: typeof import("ssh2").Client;
  readonly privateKey: string;
}

/** Loaded only where a probe needs it: the package takes 100 ms, and agents without SSH probes have no need of it. Rejects where package or key cannot be used. */
export async function loadSsh2(privateKey: string | undefined): Promise<LoadedSsh2> {
  const { default: ssh2 } = await import("ssh2");
  if (privateKey === undefined) throw new Error("an ssh probe needs a key");
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return { Client: ssh2.Client, privateKey };
}

/**
 * SSH hands the far end one text, which its shell takes apart again: each word is quoted, so that it arrives as it was. Without quotes a first word such as PATH=/tmp would be no command but an
 * assignment, and `if` the beginning of a condition.
 */
export const quoteWords = (words: readonly string[]): string => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

export interface SshTarget {
  readonly address: string;
  readonly port: number;
  readonly run: readonly string[];
  readonly expect: string | undefined;
}

export function sshAttempt({ Client, privateKey }: LoadedSsh2, target: SshTarget): StartAttempt {
  const command = quoteWords(target.run);
  const config = connectConfig(target, privateKey);
  return (_n, settle) => {
    const client = new Client();
    const attempt = once(settle, () => client.destroy());
    // Stays after the end: an error that comes then must not end the agent.
    client.on("error", (error) => attempt.settle({ outcome: "failed", detail: errorWord(error) }));
    client.on("close", () => attempt.settle({ outcome: "failed", detail: "closed early" }));
    client.on("ready", () => {
      client.exec(command, (error, channel) => {
        if (error) attempt.settle({ outcome: "failed", detail: errorWord(error) });
        else follow(channel, target.expect, attempt.settle);
      });
    });
    client.connect(config);
    return attempt.cancel;
  };
}

function follow(channel: ClientChannel, expect: string | undefined, settle: Parameters<StartAttempt>[1]): void {
  let output = "";
  let status: number | string | undefined;
  channel.on("data", (chunk: Buffer) => {
    if (output.length < outputLimit) output += chunk.toString("utf8");
  });
  channel.stderr.resume();
  channel.on("exit", (code: number | null, signal?: string) => {
    status = code ?? signal;
  });
  channel.on("close", () => {
    if (status === undefined) settle({ outcome: "failed", detail: "no exit status" });
    else if (status !== 0) settle({ outcome: "wrong", detail: `exit ${status}` });
    else if (expect !== undefined && !output.includes(expect)) settle({ outcome: "wrong", detail: "output" });
    else settle({ outcome: "ok", detail: undefined });
  });
}

function connectConfig(target: SshTarget, privateKey: string): ConnectConfig {
  return {
    host: target.address,
    port: target.port,
    username: "root",
    privateKey,
    // Without asking for "none" first: one round trip less.
    authHandler: ["publickey"],
    // The scheduler holds the deadline.
    readyTimeout: 0,
    // The cheapest that every OpenSSH has: handshakes share the event loop with the other probes.
    algorithms: {
      kex: { prepend: ["curve25519-sha256"], append: [], remove: [] },
      cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] },
    },
  };
}
