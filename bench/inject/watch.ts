// The stopwatch as the benchmark holds it: its container, and one order after the other. Everything that is timed is timed by it, planefault's faults and everybody else's alike.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Answer, Order, Row, Sight } from "./stopwatch.ts";

/** Longer than the stopwatch itself waits for calm. */
const answerDeadlineMs = 15_000;

type WithoutId<Some> = Some extends unknown ? Omit<Some, "id"> : never;

export class Stopwatch implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #originNs: bigint;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  /** `beside`: the container whose network namespace it shares. Ended with us: its input is closed then, and the engine removes it. */
  constructor(given: { readonly image: string; readonly name: string; readonly beside: string; readonly originNs: bigint }) {
    this.#originNs = given.originNs;
    const { image, name, beside } = given;
    this.#child = spawn(
      "docker",
      // prettier-ignore
      ["run", "--rm", "--interactive", "--name", name, "--network", `container:${beside}`, "--pid", "host", "--cpu-shares", "8192", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--volume", `${import.meta.dirname}:/stopwatch:ro`, "--volume", "/sys/fs/cgroup:/cgroup:ro", image, "/usr/local/bin/node", "--no-warnings", "/stopwatch/stopwatch.ts"],
      // In a process group of its own, since Ctrl-C ends the series after the shot that is under way.
      { stdio: ["pipe", "pipe", "inherit"], detached: true },
    );
    this.#child.stdin?.on("error", () => undefined);
    const output = this.#child.stdout;
    if (!output) throw new Error("the stopwatch has no output");
    createInterface({ input: output }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** Looks from before `act` begins until all is calm again after its end. Where `act` fails, so does this, once it has stopped looking. */
  async during<Value>(sight: Sight, act: () => Promise<Value>): Promise<{ readonly rows: readonly Row[]; readonly value: Value }> {
    await this.#ask({ do: "start", originNs: String(this.#originNs), sight });
    try {
      const value = await act();
      return { rows: await this.#ask({ do: "stop" }), value };
    } catch (error) {
      await this.#ask({ do: "stop" }).catch(() => undefined);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }

  async #ask(order: WithoutId<Order>): Promise<readonly Row[]> {
    const id = (this.#asked += 1);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      reject(new Error(`the stopwatch did not answer "${order.do}" within ${answerDeadlineMs} ms`));
    }, answerDeadlineMs);
    this.#waiting.set(id, resolve);
    this.#child.stdin?.write(`${JSON.stringify({ ...order, id })}\n`);
    try {
      const { error, rows = [] } = await promise;
      if (error !== undefined) throw new Error(error);
      return rows;
    } finally {
      clearTimeout(timer);
    }
  }
}
