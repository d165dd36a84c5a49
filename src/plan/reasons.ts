// Phrases of `because` that name something of which a verdict speaks. One that names nothing, such as "failing", would be covered by whatever fails.
import type { Experiment } from "../files/experiment.ts";
import type { Target } from "../files/load-target.ts";
import type { Mistake } from "../files/positions.ts";
import { isQuoted } from "../model/expectation.ts";
import type { Load } from "../model/load.ts";
import { suggestion } from "../model/nearest.ts";
import { assumptionNames } from "../model/verdict.ts";

export function vagueReasons({ expect }: Experiment, { probes, signals }: Target, load: Load | undefined): readonly Mistake[] {
  const named = [...probes, ...signals].flatMap(({ name, instance }) => [name, instance]);
  const known = [...new Set([...named, ...assumptionNames, "diagnosis"])];
  // Which thresholds there are only k6 knows: whatever is said to be crossed may be one.
  const isThreshold = (phrase: string): boolean => load?.kind === "script" && /\S crossed$/u.test(phrase);
  const phrases = [expect?.because ?? []].flat();
  return phrases.flatMap((phrase, index): Mistake[] =>
    isThreshold(phrase) || known.some((name) => isQuoted(name, phrase))
      ? []
      : [
          {
            path: Array.isArray(expect?.because) ? ["expect", "because", index] : ["expect", "because"],
            part: "value",
            code: "reason-too-vague",
            message: `"${phrase}" names no probe, signal or assumption, so it does not say which reason is meant${suggestion(phrase.split(" ")[0] ?? "", known)}`,
          },
        ],
  );
}
