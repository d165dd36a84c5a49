// `planefault list`: what there is to use: experiments in a folder, the targets that are found from here, kinds of faults and probes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { faults } from "../faults/list.ts";
import { readTarget, targetsAbove } from "../files/read.ts";
import { probes } from "../probes/list.ts";
import { experimentFiles } from "./experiment-files.ts";
import { knownTargets, noTargets } from "./find-target.ts";
import { loadExperimentFile } from "./load-plan.ts";

export interface ListOptions {
  readonly json?: boolean;
}

type Row = readonly [name: string, text: string];

export async function listCommand(
  words: readonly string[],
  options: ListOptions,
  write: (text: string) => void,
  folder: string = process.cwd(),
): Promise<number> {
  const folders = words.length > 0 ? words : existsSync(join(folder, "experiments")) ? ["experiments"] : [];
  const experiments = await Promise.all(experimentFiles(folders).map(experimentOf));
  const find = targetsAbove(folder);
  const targets = knownTargets(folder).flatMap((name) => {
    const found = find(name);
    return found.ok ? [targetOf(name, found.file)] : [];
  });
  const kinds = { faults: faults.map(named), probes: probes.map(named) };
  if (options.json === true) {
    write(`${JSON.stringify({ ...kinds, targets, experiments }, undefined, 2)}\n`);
    return 0;
  }
  const { message, hint } = noTargets(folder);
  const rows = (title: string, lines: readonly Row[], why = ""): void => {
    const width = Math.max(...lines.map(([name]) => name.length));
    const shown = lines.length === 0 ? `  none: ${why}` : lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
    write(`${title}\n${shown}\n\n`);
  };
  rows(
    "Experiments",
    experiments.map((one) => [one.file, "title" in one ? one.title : `${one.problems} problems: planefault plan ${one.file}`]),
    `${folder} has no folder "experiments"; name files or folders`,
  );
  rows(
    "Targets",
    targets.map(({ name, description }) => [name, description]),
    `${message}\n  ${hint}`,
  );
  rows(
    "Faults",
    kinds.faults.map(({ kind, summary }) => [kind, summary]),
  );
  rows(
    "Probes",
    kinds.probes.map(({ kind, summary }) => [kind, summary]),
  );
  return 0;
}

async function experimentOf(file: string) {
  const loaded = await loadExperimentFile(file);
  if (!loaded.ok) return { file, problems: loaded.problems.length };
  const { title, target, tags = [] } = loaded.experiment.spec;
  return { file, title, target, tags };
}

function targetOf(name: string, file: string) {
  const loaded = readTarget(file);
  return loaded.ok
    ? { name, file, description: loaded.target.stack.description }
    : {
        name,
        file,
        description: `${loaded.problems.length} problems: planefault plan one of its experiments in ${join("experiments", name)}`,
      };
}

const named = ({
  kind,
  summary,
}: {
  readonly kind: string;
  readonly summary: string;
}): { readonly kind: string; readonly summary: string } => ({
  kind,
  summary,
});
