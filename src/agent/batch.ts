// The pre-armed `ip -batch -` or `tc -batch -`: firing costs one written line. It is a dead man, too: its input passes through `cat - FILE`, which goes on to the file
// when our end of the pipe is closed. However this agent ends, even by SIGKILL, the lines that it has promised are carried out, with no program left to fail.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { splitLines } from "./lines.ts";

const endDeadlineMs = 2_000;
const longestComplaint = 500;

export class Batch {
  readonly #file: string;
  readonly #input: Writable;
  readonly #tool: ChildProcess;
  #ended: string | undefined;
  #complaint = "";
  #heard: ((line: string) => void) | undefined;

  constructor(tool: "ip" | "tc", change: string) {
    this.#file = join(tmpdir(), `planefault-${process.pid}-${tool}-${change.replaceAll(/[^A-Za-z0-9]/gu, "_")}`);
    // Forced, it goes on after a line that was refused: what is there already is no reason to leave the rest undone.
    const child = spawn(tool, ["-force", "-batch", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    const feeder = spawn("cat", ["-", this.#file], { stdio: ["pipe", child.stdin, "ignore"] });
    // The feeder alone must hold the tool's input, or its end would never come.
    child.stdin.destroy();
    this.#tool = child;
    this.#input = feeder.stdin;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-longestComplaint);
    });
    child.stdout.setEncoding("utf8").on(
      "data",
      splitLines((line) => this.#heard?.(line)),
    );
    for (const one of [child, feeder]) {
      one.on("error", (error) => this.#end(error.message));
      one.on("exit", (code, signal) => this.#end(`${tool} ended (${code ?? signal})`));
    }
    for (const stream of [child.stdin, feeder.stdin]) stream.on("error", (error) => this.#end(error.message));
  }

  get ended(): string | undefined {
    return this.#ended;
  }

  /** The last words of the tool, for error messages; most of them say that something is there already. */
  get complaint(): string {
    return this.#complaint.trim().replaceAll("\n", "; ");
  }

  /** From now on the end of this agent carries these lines out. */
  promise(lines: readonly string[]): void {
    writeFileSync(this.#file, textOf(lines), { mode: 0o600 });
  }

  /** They were carried out, and need not be again. */
  forget(): void {
    rmSync(this.#file, { force: true });
  }

  /** Writes now, before it returns: the caller chose the instant, and looks at the effect itself. */
  write(lines: readonly string[]): void {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#complaint = "";
    this.#input.write(textOf(lines));
  }

  /** Asks the tool, which costs less than to start another, and resolves with the first line that matches. */
  async ask(line: string, pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const timer = setTimeout(() => reject(new Error(`waited ${endDeadlineMs} ms for an answer to "${line}"`)), endDeadlineMs);
    this.#heard = (heard) => {
      const match = pattern.exec(heard);
      if (match) resolve(match);
    };
    try {
      this.#input.write(textOf([line]));
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#heard = undefined;
    }
  }

  /** What is still promised is carried out. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      const exited = new Promise((resolve) => this.#tool.once("exit", resolve));
      const timer = setTimeout(() => this.#tool.kill("SIGKILL"), endDeadlineMs);
      this.#input.end();
      await exited;
      clearTimeout(timer);
    }
    this.forget();
  }

  #end(why: string): void {
    this.#ended ??= why;
  }
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
