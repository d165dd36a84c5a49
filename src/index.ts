// The public API: load or define an experiment, plan it, run it, judge a journal. The command line calls these same functions, and adds series, screens and clean-up.
export { loadExperimentFile as loadExperiment } from "./commands/load-plan.ts";
export { openSessions, run, type RunExperimentOptions } from "./commands/run-experiment.ts";
export type { RunResult } from "./commands/execute.ts";
export type { Sessions } from "./commands/sessions.ts";
export { defineExperiment, type DefinedExperiment } from "./files/define.ts";
export type { ExperimentSource } from "./files/experiment.ts";
export type { LoadedExperiment, LoadResult } from "./files/load-experiment.ts";
export { readJournal } from "./journal/read.ts";
export { judge } from "./judge/judge.ts";
export type { Plan, Prediction } from "./model/plan.ts";
export type { Problem } from "./model/problem.ts";
export type { JournalRecord } from "./model/record.ts";
export type { Verdict } from "./model/verdict.ts";
export { plan, type Planned } from "./plan/plan.ts";
export type { RunEnd, RunEvent } from "./run/run-end.ts";
