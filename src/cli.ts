#!/usr/bin/env node
// The command line: words and options only. Each command's work is in `commands/`, imported when it is asked for, so that `--help` and `plan` start fast.
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { CleanupOptions } from "./commands/cleanup.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import { exitCodeOf, sayError } from "./commands/exit.ts";
import type { InitOptions } from "./commands/init.ts";
import type { JudgeOptions } from "./commands/judge.ts";
import type { ListOptions } from "./commands/list.ts";
import type { ObserveOptions } from "./commands/observe.ts";
import type { PlanOptions } from "./commands/plan.ts";
import type { RunCommandOptions } from "./commands/run.ts";
import type { SchemaOptions } from "./commands/schema.ts";
import type { TriageOptions } from "./commands/triage.ts";
import { whereToStart } from "./commands/where-to-start.ts";
import { parseDuration } from "./model/duration.ts";

const number =
  (lowest: number, highest = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < lowest) throw new InvalidArgumentError(`expected a whole number of at least ${lowest}`);
    if (value > highest) throw new InvalidArgumentError(`expected at most ${highest}`);
    return value;
  };

const duration = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration such as "10s" or "2m"');
  return ms;
};

const out = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};

const program = new Command("planefault")
  .description("Break one plane on purpose, and prove what the data, control and management planes showed.")
  .version("0.1.0")
  .showHelpAfterError("(planefault --help shows all commands)")
  .exitOverride()
  .addHelpText(
    "after",
    `
Exit codes: 0 as expected, 1 not as expected, 2 bad input, 3 inconclusive, 4 environment failed, 5 something may still be broken.
${whereToStart(process.cwd())}`,
  );

/** Commander gives an action its positionals and its options, as declared just above it; each action answers with the exit code. */
const exits =
  <Words extends readonly unknown[]>(action: (...words: Words) => Promise<number>) =>
  async (...words: Words): Promise<void> => {
    process.exitCode = await action(...words);
  };

program
  .command("run")
  .description("Run experiments: one file gives a report, several give a score card")
  .argument("<paths...>", "experiment files (.yaml, .ts), folders or globs")
  .option("--tag <tag>", "only experiments with this tag")
  .option("--json", "results as NDJSON on stdout, one line per run")
  .option("--keep", "leave the last target running afterwards (planefault cleanup ends it)")
  .option("--seed <n>", "seed of all random choices (default: taken from the clock; it stands in the journal)", number(0))
  .option("--repeat <n>", "run each experiment n times; with --watch, at each save", number(1, 1_000), 1)
  .option(
    "--resume",
    "go on where an earlier call was broken off: skip what has a result and has not changed since; what ended with 4 or 5 is run again, 1 and 3 are results",
  )
  .option(
    "--mutate",
    "afterwards bend every prediction, and run once more with the fault at strength 0: which could not have failed? Ends with 1 where one survived, with 3 where one was not shown to be able to fail or that run does not count (4, 5 as of any run); tag smoke exempts",
  )
  .addOption(new Option("--watch", "keep the target and run again when a file is saved, until Ctrl-C").conflicts("resume"))
  .option("--reports <folder>", "where results go", "reports")
  .action(
    exits(async (paths: string[], options: RunCommandOptions) => (await import("./commands/run.ts")).runCommand(paths, options, out)),
  );

program
  .command("plan")
  .description("Say in plain English what a run would do, and refuse what cannot work; needs no engine")
  .argument("<paths...>", "experiment files (.yaml, .ts), folders or globs")
  .option("--tag <tag>", "only experiments with this tag")
  .option("--json", "the plans as JSON")
  .option("--live", "also say what the names stand for in a target that runs now, by reads only")
  .action(exits(async (paths: string[], options: PlanOptions) => (await import("./commands/plan.ts")).planCommand(paths, options, out)));

program
  .command("triage")
  .description("Of a target that runs: does traffic flow, can it be changed, can it be seen and reached? Answers in a few seconds")
  .argument("<target>", "a target by name, or the path of a target file")
  .option("--variant <name>", "only where it runs in this variant")
  .option("--session <name>", "which one, where several run (default: the newest)")
  .option("--patience <duration>", "how long an answer is waited for (default: 1.5s, or 1s where the start was slow)", duration)
  .option("--json", "as JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0 all three planes are fine, 1 one is impaired, 3 of one it cannot be told, 4 nothing of that name runs or the engine does not answer.
It breaks nothing, but asks as the target's probes do: what they write it writes, too (numbered writes only where nobody else does).
Beside a run its questions are load, and the run may feel them. Examples:
  planefault triage etcd-app
  planefault triage etcd-app --patience 10s --json`,
  )
  .action(
    exits(async (target: string, options: TriageOptions) => (await import("./commands/triage.ts")).triageCommand(target, options, out)),
  );

program
  .command("observe")
  .description("Watch a target on all three planes, and break nothing; starts it where it does not run, and stops it afterwards")
  .argument("<target>", "a target by name, or the path of a target file")
  .option("--variant <name>", "a named configuration of the target")
  .option("--for <duration>", "how long, such as 30s (default: until Ctrl-C)", duration)
  .option("--json", "what is seen as NDJSON on stdout, one journal record per line")
  .option("--keep", "leave the target running afterwards (planefault cleanup ends it)")
  .addHelpText(
    "after",
    `
A target that runs already is watched as it is, and goes on, with --keep or without. A terminal shows a lane per plane; elsewhere, as in 2>log, a line
every five seconds says how the planes are. Ctrl-C while it watches ends with 0: what was seen is no verdict. Examples:
  planefault observe etcd-app
  planefault observe echo --for 30s --json > seen.ndjson`,
  )
  .action(
    exits(async (target: string, options: ObserveOptions) => (await import("./commands/observe.ts")).observeCommand(target, options, out)),
  );

program
  .command("judge")
  .description("Judge old runs again from their journals: one gets its reports again, several get a score card with tables")
  .argument("<runs...>", "folders under reports/, such as reports/latest, or a folder of runs, such as reports")
  .option("--json", "verdicts as NDJSON on stdout, one line per run, for one run as for several")
  .option("--markdown", "the tables as Markdown, for documents")
  .option(
    "--mutate",
    "bend the predictions of confirmed runs, where the run itself did not: which could not have failed? Ends as `run --mutate` does",
  )
  .action(exits(async (runs: string[], options: JudgeOptions) => (await import("./commands/judge.ts")).judgeCommand(runs, out, options)));

program
  .command("cleanup")
  .description("Remove whatever earlier runs left in the engine, kept targets too; runs that go on are left alone")
  .option("--json", "what was found and done, as JSON")
  .option("--dry-run", "only say what would be removed")
  .option("--session <name>", "only this session, even where it seems to be in use or is another machine's")
  .action(exits(async (options: CleanupOptions) => (await import("./commands/cleanup.ts")).cleanupCommand(options, out)));

program
  .command("doctor")
  .description("What is there, what is missing, and which faults this machine can do")
  .option("--fix", "install, start and build what is missing")
  .option("--json", "as JSON")
  .action(exits(async (options: DoctorOptions) => (await import("./commands/doctor.ts")).doctor(options)));

program
  .command("init")
  .description(
    "Write a first experiment for a target: planned, commented, and open where only a run can tell; or a target for a Compose file",
  )
  .argument("[folder]", "where its targets are and its experiments will be", ".")
  .option("--target <target>", "a target by name, or the path of a target file (default: asks)")
  .option("--variant <name>", "a named configuration of the target")
  .option("--fault <kind>", "what to break (default: net.loss, or asks)")
  .option("--out <file>", "where to (default: experiments/<target>/<fault>.yaml in the folder)")
  .addOption(new Option("--force", "write over a file that is there").conflicts("compose"))
  .addOption(
    new Option(
      "--compose <file>",
      "write a target for this Compose file, with guesses to confirm (default place: target.yaml beside it)",
    ).conflicts(["target", "variant", "fault"]),
  )
  .option(
    "--attach [project]",
    "with --compose: for the project that runs already, in place of a copy (default: the name that Compose gives it)",
  )
  .addHelpText(
    "after",
    `
Needs no engine. Examples:
  planefault init --compose docker-compose.yml
  planefault init --compose docker-compose.yml --attach shop
  planefault init --target etcd-app --fault disk.throttle
  planefault init --target echo --fault ssh.block --out experiments/echo/no-way-in.yaml`,
  )
  .action(exits(async (folder: string, options: InitOptions) => (await import("./commands/init.ts")).initCommand(folder, options, out)));

program
  .command("schema")
  .description("Write the JSON Schemas of experiment and target files, for editors")
  .option("--folder <folder>", "where to", "schema")
  .action(exits(async (options: SchemaOptions) => (await import("./commands/schema.ts")).schemaCommand(options, out)));

program
  .command("list")
  .description("List experiments, targets, and kinds of faults and probes")
  .addArgument(new Argument("[paths...]", "experiment files (.yaml, .ts), folders or globs").default([], "experiments"))
  .option("--json", "as JSON")
  .action(exits(async (paths: string[], options: ListOptions) => (await import("./commands/list.ts")).listCommand(paths, options, out)));

// A crash never exits 1: that would read as a verdict.
const crash = (error: unknown): void => {
  sayError(error);
  process.exit(exitCodeOf(error));
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);
// Node's own code for a program that waits for what can never come.
process.on("exit", (code) => {
  if (code === 13) process.exitCode = exitCodeOf(undefined);
});
// Whoever read along may be gone (`| head`, a closed terminal): no reason to break off in the middle of a fault.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    sayError(error);
    process.exitCode = exitCodeOf(error);
  }
}
