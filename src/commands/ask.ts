// Lets a person in a terminal choose one of a list, by number or by name.
import { createInterface } from "node:readline/promises";
import { PlanefaultError } from "../model/error.ts";

const attempts = 3;

export async function askInTerminal(what: string, choices: readonly string[]): Promise<string> {
  const stop = new AbortController();
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", () => stop.abort());
  terminal.on("close", () => stop.abort());
  process.stderr.write(`${choices.map((choice, index) => `  ${index + 1}  ${choice}`).join("\n")}\n`);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await terminal.question(`${what} [1] `, { signal: stop.signal }).catch((cause: unknown) => {
      throw new PlanefaultError("interrupted", "nothing was chosen, and nothing was written", { cause });
    });
    const chosen = choices[Number(answer.trim() || "1") - 1] ?? choices.find((choice) => choice === answer.trim());
    if (chosen !== undefined) return chosen;
  }
  throw new PlanefaultError("input", `${attempts} answers were none of ${choices.join(", ")}`, { hint: "--target and --fault name them" });
}
