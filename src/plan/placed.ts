// A prediction and the place of its line, so that what is wrong with it can be shown there.
import type { DataPath } from "../files/positions.ts";
import type { Prediction } from "../model/plan.ts";

export interface Placed {
  readonly prediction: Prediction;
  readonly path: DataPath;
}
