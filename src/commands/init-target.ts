// `planefault init --compose FILE`: writes a target for somebody's own stack, with guesses to confirm. It never writes over a file, and what it writes has been read again.
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { besideFolder } from "../files/beside.ts";
import { guessesOf } from "../files/compose/guesses.ts";
import { outlineOf } from "../files/compose/outline.ts";
import { loadTarget } from "../files/load-target.ts";
import { messageOf, PlanefaultError } from "../model/error.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import { program, root } from "../setup/places.ts";
import { targetText } from "./first-target.ts";
import { refusePlace, writeNew } from "./new-file.ts";

export interface InitTargetOptions {
  readonly compose: string;
  /** A running project by its name; true: by the name that Compose gives it by itself. */
  readonly attach?: string | boolean;
  readonly out?: string;
}

export function initTarget(options: InitTargetOptions, out: (text: string) => void): number {
  const { compose, attach = false } = options;
  const text = readText(compose);
  const folder = dirname(compose);
  const file = options.out ?? join(folder, "target.yaml");
  refusePlace(file, "a target", undefined);
  const folderName = basename(resolve(folder));
  const outlined = outlineOf(compose, text, folderName, besideFolder(folder).variables(".env") ?? {});
  if (!outlined.ok) throw refusal(outlined.problems);
  const { outline } = outlined;
  if (outline.services.length === 0)
    throw new PlanefaultError("input", `${compose} has no service that could be a component`, { hint: outline.leftOut.join("; ") });
  const guesses = guessesOf(outline);
  const targetFolder = dirname(resolve(file));
  const fromTarget = relative(targetFolder, resolve(compose));
  if (attach === false && fromTarget.startsWith(".."))
    throw new PlanefaultError("input", `a target at ${file} would not reach ${compose}`, {
      hint: "the Compose file and all that it names lie in the target's folder or below it: leave --out away, or attach to the running project with --attach",
    });
  const written = targetText({
    outline,
    guesses,
    schema: relative(targetFolder, join(root, "schema", "target.json")),
    compose: fromTarget,
    attach:
      attach === false
        ? undefined
        : attach === true
          ? { project: outline.project, isGuess: !outline.isNamed }
          : { project: attach, isGuess: false },
  });
  const place = { name: basename(targetFolder), folder: targetFolder, beside: besideFolder(targetFolder) };
  const loaded = loadTarget(file, written, place);
  if (!loaded.ok) throw refusal(loaded.problems);
  writeNew(file, written);
  const { probes, edges, signals, open } = guesses;
  out(
    `wrote ${file}: guessed ${probes.length} probes, ${edges.length} edges and ${signals.length} signals; each says why, and each is yours to confirm`,
  );
  for (const sentence of open) out(`  open: ${sentence}`);
  for (const warning of loaded.target.warnings) out(`  warning: ${warning}`);
  out(`next: ${program} observe ${file}\n      ${program} init --target ${file}`);
  return 0;
}

const refusal = (problems: readonly Problem[]): PlanefaultError => new PlanefaultError("input", problems.map(formatProblem).join("\n\n"));

function readText(file: string): string {
  try {
    if (!statSync(file).isFile()) throw new Error("it is no file");
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new PlanefaultError("input", `cannot read ${file}: ${messageOf(cause)}`, { cause, hint: "name a Compose file" });
  }
}
