// The pre-armed `ip -batch -` or `tc -batch -`: firing costs one written line.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { endTool } from "./end-tool.ts";
import { splitLines } from "./lines.ts";

export const batchDeadlineMs = 2_000;
const longestComplaint = 500;

export class Batch {
  readonly #tool: ChildProcessWithoutNullStreams;
  #ended: string | undefined;
  #complaint = "";
  #heard: ((line: string) => void) | undefined;

  constructor(tool: "ip" | "tc", options: readonly string[] = []) {
    // Forced, it goes on after a line that was refused: what is there already is no reason to leave the rest undone.
    const child = spawn(tool, [...options, "-force", "-batch", "-"]);
    this.#tool = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-longestComplaint);
    });
    child.stdout.setEncoding("utf8").on(
      "data",
      splitLines((line) => this.#heard?.(line)),
    );
    child.on("error", (error) => this.#end(error.message));
    child.on("exit", (code, signal) => this.#end(`${tool} ended (${code ?? signal})`));
    child.stdin.on("error", (error) => this.#end(error.message));
  }

  get ended(): string | undefined {
    return this.#ended;
  }

  /** The last words of the tool, for error messages; most of them say that something is there already. */
  get complaint(): string {
    return this.#complaint.trim().replaceAll("\n", "; ");
  }

  /** Writes now, before it returns: the caller chose the instant, and looks at the effect itself. */
  write(lines: readonly string[]): void {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#complaint = "";
    this.#tool.stdin.write(textOf(lines));
  }

  /** Asks the tool, which costs less than to start another, and resolves with the first line that matches. */
  async ask(line: string, pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const timer = setTimeout(() => reject(new Error(`waited ${batchDeadlineMs} ms for an answer to "${line}"`)), batchDeadlineMs);
    this.#heard = (heard) => {
      const match = pattern.exec(heard);
      if (match) resolve(match);
    };
    try {
      this.#tool.stdin.write(textOf([line]));
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#heard = undefined;
    }
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await endTool(this.#tool, batchDeadlineMs);
  }

  #end(why: string): void {
    this.#ended ??= why;
  }
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
