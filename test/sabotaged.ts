// The reference run with a sabotaged injector, for any experiment: `npm run sabotaged -- experiments/etcd-app`. Every shot is reported as done and none is fired; the verdict must be
// inconclusive, because the fault did not act. Not part of `npm test`, which does the same to each executor on a small target, and to every experiment on the model.
import { rm } from "node:fs/promises";
import { experimentFiles } from "../src/commands/experiment-files.ts";
import { loadPlan } from "../src/commands/load-plan.ts";
import { run } from "../src/commands/run-experiment.ts";
import { newRunId } from "../src/commands/run-folder.ts";
import { buildsOf } from "../src/model/stack.ts";
import { ensure } from "../src/setup/ensure.ts";
import { sabotage, sessionsWith } from "./docker/tiny.ts";

let failed = 0;
for (const file of experimentFiles(process.argv.slice(2))) {
  const planned = await loadPlan(file);
  if (!planned.ok) throw new Error(planned.problems);
  const { plan } = planned;
  // Where nothing is to act, nothing can be pretended.
  if (plan.changes.length === 0) continue;
  const builds = [...new Set(buildsOf(plan.stack))];
  const k6 = plan.stack.load !== undefined;
  const provided = await ensure({ engine: true, toolbox: true, agent: true, k6, images: [{ folder: plan.stack.folder, builds }] });
  const ops = [...new Set(plan.changes.map(({ apply }) => apply.op))];
  const agentFolder = await sabotage(provided.agentFolder ?? "", ops, "{ apply: async () => undefined }");
  try {
    await using sessions = await sessionsWith(provided, plan, agentFolder, newRunId(Date.now(), Math.random));
    const { verdict, exitCode } = await run(plan, { sessions });
    const broken = verdict.assumptions.filter(({ held }) => !held).map(({ name }) => name);
    const isRight = verdict.outcome === "inconclusive" && broken.join() === "fault-acted";
    if (!isRight) failed += 1;
    console.log(`${isRight ? "ok    " : "FAILED"} ${file}: ${verdict.outcome}, exit ${exitCode}: ${verdict.reason.slice(0, 160)}`);
  } finally {
    await rm(agentFolder, { recursive: true });
  }
}
console.log(failed === 0 ? "every sabotaged run is inconclusive" : `${failed} were believed, or blamed on something else`);
process.exitCode = failed === 0 ? 0 : 1;
