// Of several experiment files those with a tag. Which tags a file has that cannot be read nobody knows, so it stays and is refused with its problems.
import { PlanefaultError } from "../model/error.ts";
import { loadExperimentFile } from "./load-plan.ts";

/** All files where no tag is asked for. */
export async function taggedFiles(files: readonly string[], tag: string | undefined): Promise<readonly string[]> {
  if (tag === undefined) return files;
  const tags = new Map<string, readonly string[]>();
  for (const file of files) {
    const loaded = await loadExperimentFile(file);
    if (loaded.ok) tags.set(file, loaded.experiment.spec.tags ?? []);
  }
  const found = files.filter((file) => tags.get(file)?.includes(tag) ?? true);
  if (found.length > 0) return found;
  const known = [...new Set([...tags.values()].flat())].toSorted();
  throw new PlanefaultError("input", `no experiment has the tag "${tag}"`, {
    hint: known.length > 0 ? `tags there: ${known.join(", ")}` : "none of them has tags",
  });
}
