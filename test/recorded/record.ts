// Keeps the journals of runs for test/recorded/recorded.test.ts. Argument: folders of runs that ended as expected.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { parseJournal } from "../../src/journal/read.ts";
import { judge, planOf } from "../../src/judge/judge.ts";
import { journalOf, recordedExperiments } from "./journal.ts";

for (const folder of process.argv.slice(2)) {
  const path = join(folder, "journal.ndjson");
  const journal = readFileSync(path, "utf8");
  const { records } = parseJournal(journal, path);
  const plan = planOf(records);
  if (!plan || !recordedExperiments.includes(plan.file) || !judge(records).asExpected) {
    console.error(`${folder}: not kept: ${plan?.file ?? "no plan"} is played elsewhere, or did not end as expected`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync("test/recorded/journals", { recursive: true });
  // Where the target lay on the machine is nobody's business.
  const text = journal.replaceAll(plan.stack.folder, `targets/${plan.stack.name}`);
  writeFileSync(journalOf(plan.file), brotliCompressSync(text));
  console.log(journalOf(plan.file));
}
