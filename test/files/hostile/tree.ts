// A YAML document as a tree of raw texts, so that a mutation may write what no serializer would: keys twice, tags, anchors, merge keys, words of any type.
import type { Random } from "../../../src/model/clock.ts";

export type Tree =
  | { kind: "map"; entries: [key: string, value: Tree][]; before: string }
  | { kind: "list"; items: Tree[]; before: string }
  | { kind: "raw"; text: string; before: string };

/** `before` is what stands before a node: an anchor, a tag. */
export const raw = (text: string): Tree => ({ kind: "raw", text, before: "" });

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: "list", items: value.map(treeOf), before: "" };
  if (typeof value !== "object" || value === null) return raw(JSON.stringify(value) ?? "null");
  return { kind: "map", entries: Object.entries(value).map(([key, item]) => [JSON.stringify(key), treeOf(item)]), before: "" };
}

/** Block style down to a depth of chance, flow style below. */
export function written(tree: Tree, random: Random): string {
  return block(tree, 0, Math.floor(random() * 4));
}

function block(tree: Tree, indent: number, levels: number): string {
  const { before } = tree;
  const head = before === "" ? "" : ` ${before}`;
  if (tree.kind === "raw" || levels === 0) return `${head} ${flow(tree, true)}\n`;
  const pad = " ".repeat(indent);
  if (tree.kind === "list") {
    if (tree.items.length === 0) return `${head} []\n`;
    return `${head}\n${tree.items.map((item) => `${pad}-${block(item, indent + 2, levels - 1)}`).join("")}`;
  }
  if (tree.entries.length === 0) return `${head} {}\n`;
  return `${head}\n${tree.entries.map(([key, value]) => `${pad}${key}:${block(value, indent + 2, levels - 1)}`).join("")}`;
}

function flow(tree: Tree, headIsWritten = false): string {
  const head = tree.before === "" || headIsWritten ? "" : `${tree.before} `;
  switch (tree.kind) {
    case "raw":
      return `${head}${tree.text}`;
    case "list":
      return `${head}[${tree.items.map((item) => flow(item)).join(", ")}]`;
    case "map":
      return `${head}{ ${tree.entries.map(([key, value]) => `${key}: ${flow(value)}`).join(", ")} }`;
  }
}

/** A node and how to put another in its place. */
export interface Spot {
  readonly tree: Tree;
  readonly put: (tree: Tree) => void;
}

export function spotsIn(root: { tree: Tree }): readonly Spot[] {
  const found: Spot[] = [];
  const visit = (spot: Spot): void => {
    found.push(spot);
    const { tree } = spot;
    if (tree.kind === "list") tree.items.forEach((item, index) => visit({ tree: item, put: (other) => (tree.items[index] = other) }));
    if (tree.kind === "map") for (const entry of tree.entries) visit({ tree: entry[1], put: (other) => (entry[1] = other) });
  };
  visit({ tree: root.tree, put: (other) => (root.tree = other) });
  return found;
}
