// The text of an experiment, and of its target, to what `plan` takes; or all problems of both at once. Pure: whoever calls finds the target's text.
import type { Problem } from "../model/problem.ts";
import type { Beside } from "./beside.ts";
import { Experiment } from "./experiment.ts";
import { check } from "./explain.ts";
import { loadTarget, type Target } from "./load-target.ts";
import { suggestion } from "../model/nearest.ts";
import { type Positions, refused } from "./positions.ts";
import { AttachedTargetFile, ComposedTargetFile, isAttached, isComposed, TargetFile } from "./target.ts";
import { parseYaml } from "./yaml.ts";

export interface LoadedExperiment {
  readonly spec: Experiment;
  readonly target: Target;
  /** Where in the file each part stands, for the refusals of `plan`. */
  readonly positions: Positions;
  /** Text of the load's script, where it has one. */
  readonly script?: string;
}

export type LoadResult =
  | { readonly ok: true; readonly experiment: LoadedExperiment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A target's text by the name that an experiment gives, or the names that there are. */
export type ResolveTarget = (name: string) =>
  | {
      readonly ok: true;
      readonly name: string;
      readonly file: string;
      readonly folder: string;
      readonly text: string;
      readonly beside?: Beside;
    }
  | { readonly ok: false; readonly known: readonly string[] };

export function loadExperiment(file: string, text: string, resolve: ResolveTarget): LoadResult {
  const parsed = parseYaml(file, text);
  return parsed.ok ? experimentOf(parsed.value, parsed.positions, resolve) : parsed;
}

export function experimentOf(data: unknown, positions: Positions, resolve: ResolveTarget): LoadResult {
  const checked = check(Experiment, data, "an experiment");
  if (!checked.ok) return refused(checked.mistakes, positions);
  const spec = checked.value;
  const found = resolve(spec.target);
  if (!found.ok)
    return refused(
      [
        {
          path: ["target"],
          part: "value",
          code: "unknown-target",
          message: `no target "${spec.target}"${found.known.length === 0 ? `: there is no folder "targets" beside the file or above it` : suggestion(spec.target, found.known)}`,
        },
      ],
      positions,
    );
  const variants = spec.variant === undefined ? undefined : variantsOf(found.file, found.text);
  if (spec.variant !== undefined && variants !== undefined && !variants.includes(spec.variant))
    return refused(
      [
        {
          path: ["variant"],
          part: "value",
          code: "unknown-variant",
          message: `${spec.target} has no variant "${spec.variant}"${suggestion(spec.variant, variants)}`,
        },
      ],
      positions,
    );
  const loaded = loadTarget(found.file, found.text, {
    name: found.name,
    folder: found.folder,
    variant: spec.variant,
    beside: found.beside,
  });
  if (!loaded.ok) return loaded;
  return { ok: true, experiment: { spec, target: loaded.target, positions } };
}

/** Undefined where the target's text is wrong in other ways, which are told by themselves. */
export function variantsOf(file: string, text: string): readonly string[] | undefined {
  const parsed = parseYaml(file, text);
  if (parsed.ok && isAttached(parsed.value)) return AttachedTargetFile.safeParse(parsed.value).success ? [] : undefined;
  const schema = parsed.ok && isComposed(parsed.value) ? ComposedTargetFile : TargetFile;
  const checked = parsed.ok ? schema.safeParse(parsed.value) : undefined;
  return checked?.success ? Object.keys(checked.data.variants ?? {}) : undefined;
}
