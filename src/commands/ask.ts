// Lets a person in a terminal choose one of a list, by number or by name.
import { createInterface } from "node:readline/promises";
import { PlanefaultError } from "../model/error.ts";
import { columns } from "../report/table.ts";

export interface Choice {
  readonly name: string;
  readonly text: string;
}

const attempts = 3;

export async function askInTerminal(what: string, choices: readonly Choice[]): Promise<string> {
  const stop = new AbortController();
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", () => stop.abort());
  terminal.on("close", () => stop.abort());
  const names = choices.map(({ name }) => name);
  process.stderr.write(
    `${columns(
      choices.map(({ name, text }, index) => [String(index + 1), name, text]),
      "  ",
    ).join("\n")}\n`,
  );
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await terminal.question(`${what} [1] `, { signal: stop.signal }).catch(() => {
      throw new PlanefaultError("interrupted", "nothing was chosen, and nothing was written");
    });
    const chosen = names[Number(answer.trim() || "1") - 1] ?? names.find((name) => name === answer.trim());
    if (chosen !== undefined) return chosen;
  }
  throw new PlanefaultError("input", `${attempts} answers were none of ${names.join(", ")}`, { hint: "--target and --fault name them" });
}
