// What the YAML standard allows and we do not, found in the parsed tree: tags, keys that are no text or stand twice, aliases that multiply.
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, visit, type YAMLMap } from "yaml";
import type { Problem } from "../model/problem.ts";
import type { ProblemCode } from "../model/problem-code.ts";

export const deepest = 30;
const mostAliases = 20;
/** Keys, values and lists, each alias counted as what it stands for. */
const mostNodes = 10_000;
/** A broken text breaks in many places; nobody mends more at once. */
export const mostProblems = 20;
const reserved = new Set(["__proto__", "constructor", "prototype"]);

export type Place = (range: readonly [number, number], code: ProblemCode, message: string) => Problem;
type Add = (node: Node, code: ProblemCode, message: string) => unknown;

export function nodeProblems(document: Document, place: Place, merge: boolean): readonly Problem[] {
  const found: Problem[] = [];
  const anchors = new Map<string, Node>();
  let aliases = 0;
  let firstAlias: Node | undefined;
  const add: Add = (node, code, message) => void found.push(place([node.range?.[0] ?? 0, node.range?.[1] ?? 1], code, message));
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (found.length >= mostProblems) return visit.BREAK;
      if (isAlias(node)) {
        aliases += 1;
        firstAlias ??= node;
        if (aliases === mostAliases + 1) add(node, "yaml-alias", `there are more than ${mostAliases} aliases`);
        if (!anchors.has(node.source)) add(node, "yaml-alias", `the alias "*${node.source}" stands for nothing above it`);
        else if (ancestors.some((ancestor) => "anchor" in ancestor && ancestor.anchor === node.source))
          add(node, "yaml-alias", `the alias "*${node.source}" contains itself`);
        return undefined;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (node.tag !== undefined)
        add(
          node,
          "yaml-tag",
          `the tag "${node.tag.replace("tag:yaml.org,2002:", "!!")}" is not accepted: values are plain text, numbers, true and false`,
        );
      if (ancestors.length > deepest * 2) {
        add(node, "too-deep", `the file nests more than ${deepest} levels deep`);
        return visit.BREAK;
      }
      if (isScalar(node) && typeof node.value === "string" && !node.value.isWellFormed())
        add(node, "not-text", "this text has half of a character in it (an escape from \\ud800 to \\udfff)");
      if (isMap(node)) keyProblems(node, merge, anchors, (...one) => found.length < mostProblems && add(...one));
      return undefined;
    },
  });
  // Only a tree without mistakes can be written out.
  if (found.length === 0 && firstAlias !== undefined && writtenOut(document.contents) > mostNodes)
    add(firstAlias, "yaml-alias", `with its aliases written out the file has more than ${mostNodes} keys and values`);
  return found;
}

/** Equal keys in time that grows with the file: of the second one whatever its line says would be lost. */
function keyProblems(map: YAMLMap, merge: boolean, anchors: ReadonlyMap<string, Node>, add: Add): void {
  const seen = new Set<string>();
  for (const item of map.items) {
    if (!isPair(item)) continue;
    const { key, value } = item;
    if (merge && isMergeKey(key)) {
      if (isScalar(key) && !isMergeable(value, anchors))
        add(key, "yaml-merge", 'a merge key ("<<") takes a mapping, or a list of mappings');
    } else if (isScalar(key) && typeof key.value === "string" && seen.has(key.value))
      add(key, "yaml-duplicate-key", `the key "${key.value}" stands here for a second time`);
    else keyProblem(key, add);
    if (isScalar(key) && typeof key.value === "string") seen.add(key.value);
  }
}

const isMergeKey = (key: unknown): boolean => isScalar(key) && (key.value === "<<" || key.source === "<<");

function isMergeable(value: unknown, anchors: ReadonlyMap<string, Node>): boolean {
  const stands = (one: unknown): unknown => (isAlias(one) ? anchors.get(one.source) : one);
  const source = stands(value);
  return isMap(source) || (isSeq(source) && source.items.every((item) => isMap(stands(item))));
}

function keyProblem(key: unknown, add: Add): void {
  if (!isScalar(key)) {
    if (isAlias(key)) add(key, "yaml-alias", "an alias cannot be a key");
    else if (isMap(key) || isSeq(key)) add(key, "yaml-key", "a key must be plain text");
    return;
  }
  if (key.value === "<<") add(key, "yaml-merge", 'merge keys ("<<") are not accepted: write the options out');
  else if (typeof key.value !== "string") add(key, "yaml-key", `the key "${String(key.value)}" is no text: put it in quotes`);
  else if (reserved.has(key.value)) add(key, "yaml-key", `"${key.value}" cannot be a key`);
}

/** How many nodes there are once each alias is what it stands for. An anchor stands before its aliases, so its size is known by then. */
function writtenOut(node: unknown, sizes: Map<string, number> = new Map()): number {
  if (isAlias(node)) return sizes.get(node.source) ?? 1;
  if (isPair(node)) return writtenOut(node.key, sizes) + writtenOut(node.value, sizes);
  let size = 1;
  if (isMap(node) || isSeq(node)) for (const item of node.items) size += writtenOut(item, sizes);
  if (typeof node === "object" && node !== null && "anchor" in node && typeof node.anchor === "string") sizes.set(node.anchor, size);
  return size;
}
