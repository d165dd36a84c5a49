// Experiments written in TypeScript: the same words and the same checks as in YAML, with the compiler's help while writing.
import type { ExperimentSource } from "./experiment.ts";

const marker = Symbol.for("planefault.experiment");

/** What `export default defineExperiment({...})` gives: checked when it is loaded, so that all problems come at once. */
export interface DefinedExperiment {
  readonly [marker]: true;
  readonly source: ExperimentSource;
}

export const defineExperiment = (source: ExperimentSource): DefinedExperiment => ({ [marker]: true, source });

export const isDefinedExperiment = (value: unknown): value is DefinedExperiment =>
  typeof value === "object" && value !== null && marker in value && "source" in value;
