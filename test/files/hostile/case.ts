// One hostile file: a shipped experiment, target or Compose file after some mutations. The same seed and number give the same bytes.
import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { seededRandom } from "../../../src/drivers/sim/random.ts";
import { textMutations, treeMutations } from "./mutations.ts";
import { treeOf, written } from "./tree.ts";
import { pick } from "./words.ts";

const experiments = globSync("experiments/*/*.yaml").toSorted();
/** Each with an experiment that asks for it. */
const targets = ["echo", "etcd-app", "nginx-nodejs-redis"].map((name) => ({
  file: `targets/${name}/target.yaml`,
  with: experiments.filter((file) => file.split("/")[1] === name),
}));
const composed = {
  file: "targets/nginx-nodejs-redis/project/compose.yaml",
  with: experiments.filter((file) => file.includes("nginx-nodejs-redis")),
};

export interface HostileCase {
  /** The shipped file that is replaced. */
  readonly file: string;
  /** The experiment that is loaded; the same file where that is an experiment. */
  readonly experiment: string;
  readonly mutations: readonly string[];
  readonly bytes: Buffer;
}

const asBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

export function hostileCase(seed: number, index: number): HostileCase {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const { file, experiment } = chosen(random());
  const root = { tree: treeOf(parse(readFileSync(file, "utf8"))) };
  const mutations: string[] = [];
  for (let left = Math.floor(random() * 4); left > 0; left -= 1) {
    const name = pick(Object.keys(treeMutations), random);
    treeMutations[name]?.(root, random);
    mutations.push(name);
  }
  let text = asBytes(written(root.tree, random));
  // Files of all shapes alike: only one in three is damaged as a text, too, or no structure would ever be reached.
  for (let left = mutations.length === 0 ? 1 : Math.floor(random() * 1.5); left > 0; left -= 1) {
    const name = pick(Object.keys(textMutations), random);
    text = textMutations[name]?.(text, random) ?? text;
    mutations.push(name);
  }
  return { file, experiment, mutations, bytes: Buffer.from(text, "latin1") };

  function chosen(chance: number): Pick<HostileCase, "file" | "experiment"> {
    if (chance < 0.5) {
      const one = pick(experiments, random);
      return { file: one, experiment: one };
    }
    const one = chance < 0.8 ? pick(targets, random) : composed;
    return { file: one.file, experiment: pick(one.with, random) };
  }
}
