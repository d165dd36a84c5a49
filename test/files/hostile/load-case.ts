// Puts a hostile file where the shipped one stands, in a copy of the project's files, and loads the experiment as `planefault plan` does. Says what is wrong with the answer.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadExperimentFile } from "../../../src/commands/load-plan.ts";
import { PlanefaultError } from "../../../src/model/error.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { formatProblem, type Problem } from "../../../src/model/problem.ts";
import { explainPlan } from "../../../src/plan/explain.ts";
import { plan } from "../../../src/plan/plan.ts";
import type { HostileCase } from "./case.ts";
import { pollution } from "./pollution.ts";

export interface Answered {
  readonly ok: boolean;
  /** Sentences about what no loader should do; none where all is well. */
  readonly faults: readonly string[];
  /** Processor time of this thread. */
  readonly cpuMs: number;
}

export class HostileFolder implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), "planefault-hostile-"));
  readonly #shipped: string;

  constructor(shipped = process.cwd()) {
    this.#shipped = shipped;
    for (const folder of ["experiments", "targets"]) cpSync(join(shipped, folder), join(this.#root, folder), { recursive: true });
  }

  async load({ file, experiment, bytes }: Pick<HostileCase, "file" | "experiment" | "bytes">): Promise<Answered> {
    const path = join(this.#root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    try {
      return await answerOf(join(this.#root, experiment), bytes);
    } finally {
      cpSync(join(this.#shipped, file), path);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true });
  }
}

async function answerOf(experiment: string, bytes: Buffer): Promise<Answered> {
  const from = process.threadCpuUsage();
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage(from);
    return (user + system) / 1_000;
  };
  try {
    const loaded = await loadExperimentFile(experiment);
    const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
    const text = planned.ok ? explainPlan(planned.plan) : planned.problems.map(formatProblem).join("\n\n");
    const took = cpuMs();
    const faults = planned.ok ? planFaults(planned.plan) : problemFaults(planned.problems, bytes);
    return { ok: planned.ok, cpuMs: took, faults: [...faults, ...pollution(), ...(text === "" ? ["nothing is said"] : [])] };
  } catch (error) {
    const why =
      error instanceof PlanefaultError
        ? `a ${error.code} error without a place: ${error.message}`
        : String(error instanceof Error ? error.stack : error);
    return { ok: false, cpuMs: cpuMs(), faults: [why, ...pollution()] };
  }
}

function problemFaults(problems: readonly Problem[], bytes: Buffer): readonly string[] {
  if (problems.length === 0) return ["it is refused without a problem"];
  const lines = bytes.toString("utf8").split("\n").length;
  return problems.flatMap(({ file, line, column, length, message, source }) => {
    // Problems may stand in another file than the hostile one, all of which are shorter than this.
    const isPlaced =
      file !== "" && line >= 1 && line <= Math.max(lines, 1_000) && column >= 1 && column <= source.length + 1 && length >= 1;
    return isPlaced && message !== "" && !/\bundefined\b|\[object|function /u.test(message)
      ? []
      : [`a problem without place or words: ${file}:${line}:${column} ${message}`];
  });
}

const known = new Set<unknown>([Object.prototype, Array.prototype, null]);

/** What of the plan inherits from anybody's object, or would lose something as JSON. */
export function planFaults(made: Plan): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "function" || typeof value === "symbol") found.push(`${path} is a ${typeof value}`);
    if (typeof value === "number" && !Number.isFinite(value)) found.push(`${path} is ${value}`);
    if (typeof value !== "object" || value === null) return;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!known.has(prototype) && !("reveal" in value)) found.push(`${path} inherits from a stranger`);
    for (const [key, item] of Object.entries(value)) visit(item, `${path}.${key}`);
  };
  visit(made, "plan");
  return found;
}
