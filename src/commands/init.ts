// `planefault init`: writes a first experiment that is valid and planned, for a target that is there (a target for a Compose file: init-target.ts). Asks where somebody can be asked, and never writes over a file unasked.
import { statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { faults } from "../faults/list.ts";
import { readTarget, targetsAbove } from "../files/read.ts";
import { PlanefaultError } from "../model/error.ts";
import { suggestion } from "../model/nearest.ts";
import type { Facts } from "../plan/facts.ts";
import { program, root } from "../setup/places.ts";
import type { Choice } from "./ask.ts";
import { kindsOfFaults } from "./fault-choice.ts";
import { knownTargets, noTargets } from "./find-target.ts";
import { type FirstExperiment, firstExperiment, kindsThatFit, type Written } from "./first-experiment.ts";
import { refusePlace, writeNew } from "./new-file.ts";

export interface InitOptions {
  readonly target?: string;
  readonly variant?: string;
  readonly fault?: string;
  readonly out?: string;
  readonly force?: boolean;
  /** Write a target for this Compose file, and no experiment. */
  readonly compose?: string;
  /** With `compose`: for the project that runs. */
  readonly attach?: string | boolean;
}

export interface InitPorts {
  readonly out: (text: string) => void;
  /** Asks a person to choose one; undefined where nobody can be asked. */
  readonly ask: ((what: string, choices: readonly Choice[]) => Promise<string>) | undefined;
  readonly facts: Facts;
}

type NotWritten = Extract<Written, { readonly ok: false }>;

const usualFault = "net.loss";

export async function initCommand(folder: string, options: InitOptions, out: (text: string) => void): Promise<number> {
  const { compose, ...rest } = options;
  if (compose !== undefined) return (await import("./init-target.ts")).initTarget({ compose, ...rest }, out);
  if (options.attach !== undefined)
    throw new PlanefaultError("input", "--attach goes with --compose", { hint: `${program} init --compose docker-compose.yml --attach` });
  const facts = await (await import("./known-facts.ts")).factsHere();
  const ask = process.stdin.isTTY && process.stdout.isTTY ? (await import("./ask.ts")).askInTerminal : undefined;
  return initWith(folder, options, { out, ask, facts });
}

export async function initWith(folder: string, options: InitOptions, { out, ask, facts }: InitPorts): Promise<number> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new PlanefaultError("input", `there is no folder ${folder}`, { hint: "init writes into a folder that is there" });
  const target = await chooseTarget(folder, options.target, ask);
  const kind = await chooseFault(options.fault, options.target === undefined ? ask : undefined);
  const file = options.out ?? join(folder, "experiments", nameOf(target), `${kind.replaceAll(".", "-")}.yaml`);
  refusePlace(file, "an experiment", options.force === true);
  const first = {
    file,
    target: targetFrom(file, folder, target),
    variant: options.variant,
    kind,
    schema: relative(dirname(resolve(file)), join(root, "schema", "experiment.json")),
    resolve: targetsAbove(dirname(resolve(file))),
    facts,
  };
  const written = firstExperiment(first);
  if (!written.ok) throw refusal(target, kind, written, first);
  writeNew(file, written.text, options.force === true);
  const { plan } = written;
  out(`wrote ${file}: ${plan.title}`);
  for (const warning of [...written.doubts, ...plan.warnings]) out(`  open: ${warning}`);
  out(`next: ${program} plan ${file}\n      ${program} run ${file}`);
  return 0;
}

function refusal(target: string, kind: string, { why, unplannable }: NotWritten, first: FirstExperiment): PlanefaultError {
  if (unplannable) return new PlanefaultError("input", `${target} cannot be planned, whatever the fault:\n${why}`);
  const others = kindsThatFit(first).join(", ");
  return new PlanefaultError("input", `no first experiment with ${kind} for ${target}: ${why}`, {
    hint: others === "" ? "no other kind would do either" : `other kinds: ${others}`,
  });
}

async function chooseTarget(folder: string, given: string | undefined, ask: InitPorts["ask"]): Promise<string> {
  const known = knownTargets(resolve(folder));
  if (given !== undefined) {
    if (targetsAbove(resolve(folder))(given).ok) return given;
    if (known.length === 0) throw noTargets(folder);
    throw new PlanefaultError("input", `no target "${given}"${suggestion(given, known)}`, {
      hint: `targets here: ${known.join(", ")}; the path of a target file does, too`,
    });
  }
  if (known.length === 0) throw noTargets(folder);
  if (ask)
    return ask(
      "Which target?",
      known.map((name) => ({ name, text: describe(name, folder) })),
    );
  throw new PlanefaultError("input", "which target? There is nobody to ask", {
    hint: `${program} init --target ${known[0]} --fault ${usualFault}; targets here: ${known.join(", ")}`,
  });
}

function describe(name: string, folder: string): string {
  const found = targetsAbove(resolve(folder))(name);
  const loaded = found.ok ? readTarget(found.file) : undefined;
  return loaded?.ok === true ? loaded.target.stack.description : "its file has problems";
}

async function chooseFault(given: string | undefined, ask: InitPorts["ask"]): Promise<string> {
  if (given === undefined)
    return ask
      ? ask(
          "Which fault?",
          faults.map(({ kind, summary }) => ({ name: kind, text: summary })),
        )
      : usualFault;
  if (kindsOfFaults.includes(given)) return given;
  throw new PlanefaultError("input", `no fault "${given}"${suggestion(given, kindsOfFaults)}`, {
    hint: `there are: ${kindsOfFaults.join(", ")}`,
  });
}

/** "targets/echo/target.yaml" -> "echo" */
const nameOf = (target: string): string => (/\.ya?ml$/u.test(target) ? (resolve(target).split(sep).at(-2) ?? "target") : target);

/** As the experiment must name it from where it will lie; refused where it would not be found from there. */
function targetFrom(file: string, folder: string, target: string): string {
  const here = targetsAbove(resolve(folder))(target);
  const there = targetsAbove(dirname(resolve(file)))(target);
  if (!here.ok || (there.ok && resolve(there.folder) === resolve(here.folder))) return target;
  if (/\.ya?ml$/u.test(target)) return relative(dirname(resolve(file)), resolve(folder, target)).replace(/^(?=[^.])/u, "./");
  throw new PlanefaultError("input", `an experiment at ${file} would not find the target ${target}`, {
    hint: `targets are looked for in a folder "targets" beside the file or above it: write it below ${dirname(dirname(here.folder))}`,
  });
}
