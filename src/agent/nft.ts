// The pre-armed `nft -i` child: firing costs one written line (starting nft would cost 200-370 ms). It answers nothing to changes, so each line is followed by a `list`, whose one JSON line is both end mark and proof.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { endTool } from "./end-tool.ts";
import { splitLines } from "./lines.ts";

export const nftDeadlineMs = 2_000;
/** An error of the listing itself leaves only words on stderr: then no line on stdout follows. */
const errorGraceMs = 150;

interface Waiting {
  readonly done: (answer: string) => void;
  readonly fail: (error: Error) => void;
}

export class Nft {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #complaint = "";
  #ended: string | undefined;

  constructor(program = "nft", argv: readonly string[] = ["-j", "-i"]) {
    this.#child = spawn(program, [...argv], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on(
      "data",
      splitLines((line) => this.#waiting.shift()?.done(line)),
    );
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => this.#complain(text));
    this.#child.stdin.on("error", (error) => this.#end(error.message));
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("exit", (code, signal) => this.#end(`nft ended (${code ?? signal})`));
  }

  /** Writes now, before it returns: the caller chose the instant. Resolves with the listing; `complaint` is what nft said about the change. */
  async change(text: string, list: string): Promise<{ readonly listing: string; readonly complaint: string }> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#complaint = "";
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const waiting: Waiting = { done: resolve, fail: reject };
    this.#waiting.push(waiting);
    this.#child.stdin.write(`${text}\n${list}\n`);
    const timer = setTimeout(() => this.#give(waiting, `waited ${nftDeadlineMs} ms for nft to answer "${list}"`), nftDeadlineMs);
    try {
      return { listing: await promise, complaint: this.#complaint };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await endTool(this.#child, nftDeadlineMs);
  }

  #complain(text: string): void {
    this.#complaint += text;
    const [waiting] = this.#waiting;
    if (waiting) setTimeout(() => this.#give(waiting, firstLine(this.#complaint)), errorGraceMs);
  }

  /** After a lost answer the next one could not be told from it: the child is given up and the table's timeouts end what it had applied. */
  #give(waiting: Waiting, why: string): void {
    if (!this.#waiting.includes(waiting)) return;
    this.#child.kill("SIGKILL");
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    waiting.fail(new Error(why));
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(new Error(why));
  }
}

const firstLine = (text: string): string => text.split("\n")[0] ?? text;

/** Addresses in a listing of one set, in nft's JSON. */
export function elementsOf(listing: string): readonly string[] {
  const parsed: unknown = JSON.parse(listing);
  const found: string[] = [];
  // The shape differs with and without timeouts ("a" or {elem: {val: "a"}}), so every `val` and bare address below `elem` counts.
  const visit = (value: unknown, inside: boolean): void => {
    if (typeof value === "string") {
      if (inside && /^\d+\.\d+\.\d+\.\d+$/u.test(value)) found.push(value);
    } else if (Array.isArray(value)) for (const item of value) visit(item, inside);
    else if (typeof value === "object" && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, inside || key === "elem");
  };
  visit(parsed, false);
  return found;
}
