// What is done to a good document: small changes of its tree, and of the text that it becomes. Each is a function of the tree or text and of chance alone.
import type { Random } from "../../../src/model/clock.ts";
import { raw, type Spot, spotsIn, type Tree, treeOf } from "./tree.ts";
import { key, pick, tag, value } from "./words.ts";

type Root = { tree: Tree };
export type TreeMutation = (root: Root, random: Random) => void;

const spot = (root: Root, random: Random): Spot => pick(spotsIn(root), random);
type MapSpot = Spot & { readonly tree: Extract<Tree, { kind: "map" }> };
const isMap = (one: Spot): one is MapSpot => one.tree.kind === "map" && one.tree.entries.length > 0;

function mapAt(root: Root, random: Random, change: (map: MapSpot["tree"], at: number) => void): void {
  const maps = spotsIn(root).filter(isMap);
  if (maps.length === 0) return;
  const { tree } = pick(maps, random);
  change(tree, Math.floor(random() * tree.entries.length));
}

const copy = (tree: Tree): Tree => structuredClone(tree);
/** 3 .. 3 000 */
const many = (random: Random): number => Math.floor(3 * 10 ** (random() * 3));
const nested = (depth: number, open: string, close: string): Tree => raw(`${open.repeat(depth)}x${close.repeat(depth)}`);

export const treeMutations: Readonly<Record<string, TreeMutation>> = {
  drop: (root, random) => mapAt(root, random, (map, at) => void map.entries.splice(at, 1)),
  duplicate: (root, random) =>
    mapAt(root, random, (map, at) => {
      const [name, tree] = map.entries[at] ?? ["a", raw("b")];
      map.entries.push([name, copy(tree)]);
    }),
  rename: (root, random) =>
    mapAt(root, random, (map, at) => {
      const entry = map.entries[at];
      if (entry) entry[0] = key(random);
    }),
  misspell: (root, random) =>
    mapAt(root, random, (map, at) => {
      const entry = map.entries[at];
      if (!entry) return;
      const place = Math.floor(random() * entry[0].length);
      entry[0] = pick(
        [
          entry[0].slice(0, place) + entry[0].slice(place + 1),
          `${entry[0].slice(0, place)}x${entry[0].slice(place)}`,
          entry[0].toUpperCase(),
        ],
        random,
      );
    }),
  add: (root, random) => mapAt(root, random, (map) => void map.entries.push([key(random), raw(value(random))])),
  replace: (root, random) => spot(root, random).put(raw(value(random))),
  move: (root, random) => spot(root, random).put(copy(spot(root, random).tree)),
  wrap: (root, random) => {
    const one = spot(root, random);
    one.put(
      pick<Tree>(
        [
          { kind: "list", items: [one.tree], before: "" },
          { kind: "map", entries: [[key(random), one.tree]], before: "" },
        ],
        random,
      ),
    );
  },
  deepen: (root, random) =>
    spot(root, random).put(
      pick(
        [
          nested(many(random), "[", "]"),
          nested(many(random), "{ a: ", " }"),
          raw(`\n  ${"- ".repeat(many(random))}x`),
          raw(`${"? ".repeat(many(random))}x`),
        ],
        random,
      ),
    ),
  tag: (root, random) => {
    const { tree } = spot(root, random);
    tree.before = tag(random);
  },
  anchor: (root, random) => {
    spot(root, random).tree.before = "&a";
    const times = 1 + Math.floor(random() * 25);
    for (let time = 0; time < times; time += 1) spot(root, random).put(raw("*a"));
  },
  bomb: (root, random) => {
    const levels = 1 + Math.floor(random() * 12);
    const width = 1 + Math.floor(random() * 4);
    const names = Array.from({ length: levels + 1 }, (_, level) => `b${level}`);
    const items = names.map(
      (name, level) =>
        `&${name} [${
          level === 0
            ? "x"
            : Array(width)
                .fill(`*${names[level - 1]}`)
                .join(", ")
        }]`,
    );
    spot(root, random).put(raw(`[${items.join(", ")}]`));
  },
  merge: (root, random) =>
    mapAt(root, random, (map) => {
      map.before = pick(["&a", ""], random);
      map.entries.push(["<<", raw(pick(["*a", "[*a, *a]", "{ a: b }", "5", "[[]]", "{ __proto__: { x: 1 } }", "*none"], random))]);
    }),
  proto: (root, random) =>
    mapAt(
      root,
      random,
      (map) =>
        void map.entries.push([
          pick(["__proto__", "constructor", "prototype"], random),
          treeOf({ polluted: true, prototype: { polluted: true } }),
        ]),
    ),
  protoEverywhere: (root, random) => {
    const name = pick(["__proto__", "constructor", "toString"], random);
    for (const { tree } of spotsIn(root)) if (tree.kind === "map") tree.entries.push([name, treeOf({ polluted: true })]);
  },
  crowd: (root, random) => {
    const count = many(random);
    const name = pick(["k", "__proto__", "service-", "x-"], random);
    mapAt(root, random, (map, at) => {
      const [, tree] = map.entries[at] ?? ["", raw("x")];
      for (let index = 0; index < count; index += 1) map.entries.push([`${name}${index}`, random() < 0.5 ? tree : raw("1")]);
    });
  },
  lengthen: (root, random) => {
    const one = spot(root, random);
    one.put({ kind: "list", items: Array.from({ length: many(random) }, () => one.tree), before: "" });
  },
};

const cutAt = (text: string, random: Random): number => Math.floor(random() * text.length);
const insert = (text: string, what: string, random: Random): string => {
  const at = cutAt(text, random);
  return text.slice(0, at) + what + text.slice(at);
};
const lines = (text: string, change: (all: string[], at: number) => void, random: Random): string => {
  const all = text.split("\n");
  change(all, Math.floor(random() * all.length));
  return all.join("\n");
};
const noise = (length: number, random: Random, letters = ""): string =>
  Array.from({ length }, () =>
    letters === "" ? String.fromCharCode(Math.floor(random() * 256)) : letters[Math.floor(random() * letters.length)],
  ).join("");

/** On text whose characters are bytes: what stands above U+007F here becomes a byte that is no UTF-8. */
export const textMutations: Readonly<Record<string, (text: string, random: Random) => string>> = {
  none: (text) => text,
  crlf: (text) => text.replaceAll("\n", "\r\n"),
  cr: (text) => text.replaceAll("\n", "\r"),
  bom: (text, random) => (random() < 0.5 ? `\u00ef\u00bb\u00bf${text}` : insert(text, "\u00ef\u00bb\u00bf", random)),
  tabs: (text) => text.replaceAll(/^ +/gmu, (spaces) => "\t".repeat(Math.ceil(spaces.length / 2))),
  nul: (text, random) => insert(text, "\0", random),
  badUtf8: (text, random) =>
    insert(
      text,
      pick(["\u00ff", "\u00c3", "\u00ed\u00a0\u0080", "\u00f8\u0088\u0080\u0080\u0080", "\u00c0\u0080", "\u00fe\u00ff"], random),
      random,
    ),
  cut: (text, random) => text.slice(0, cutAt(text, random)),
  dropLine: (text, random) => lines(text, (all, at) => void all.splice(at, 1), random),
  twiceLine: (text, random) => lines(text, (all, at) => void all.splice(at, 0, all[at] ?? ""), random),
  indentLine: (text, random) => lines(text, (all, at) => void (all[at] = ` ${all[at]}`), random),
  documents: (text, random) =>
    pick(
      [
        `${text}\n---\n${text}`,
        `---\n${text}...\n`,
        `${text}\n...\n---\na: 1\n`,
        `%YAML 1.1\n---\n${text}`,
        `%TAG ! tag:x,2000:\n---\n${text}`,
        `%FOO\n---\n${text}`,
        `---\n---\n${text}`,
      ],
      random,
    ),
  garbage: (text, random) => insert(text, noise(1 + Math.floor(random() * 20), random), random),
  yamlish: (text, random) => insert(text, noise(1 + Math.floor(random() * 30), random, "ab: -[]{},&*!<\n#'\"|>%?\t@`"), random),
  longLine: (text, random) => `${text}# ${"x".repeat(many(random) * 50)}\n`,
  empty: (_text, random) => pick(["", "\n", "#\n", "---\n", "...", " ", "\u00ef\u00bb\u00bf", "null", "[]", "{}", "x", "- a"], random),
  onlyNoise: (_text, random) => noise(Math.floor(random() * 300), random),
  onlyYamlish: (_text, random) => noise(Math.floor(random() * 300), random, "ab: -[]{},&*!<\n#'\"|>%?\t01"),
};
