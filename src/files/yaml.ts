// YAML text to plain data: a careful subset, so that nothing a person did not write can appear. All mistakes of the text are reported at once.
import { type Document, isAlias, isMap, isPair, isScalar, parseDocument, visit, type Node, type YAMLError } from "yaml";
import type { Problem } from "../model/problem.ts";
import type { ProblemCode } from "../model/problem-code.ts";
import { type Positions, textProblem, yamlPositions } from "./positions.ts";

const mostCharacters = 256 * 1024;
const deepest = 30;
const mostAliases = 20;
/** A broken text breaks in many places; nobody mends more at once. */
const mostProblems = 20;
const reserved = new Set(["__proto__", "constructor", "prototype"]);

export type Parsed =
  | { readonly ok: true; readonly value: unknown; readonly positions: Positions }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `merge`: keys "<<" are taken, as in Compose files. */
export function parseYaml(file: string, text: string, { merge = false }: { readonly merge?: boolean } = {}): Parsed {
  if (text.length > mostCharacters)
    return {
      ok: false,
      problems: [
        textProblem(
          file,
          text.slice(0, 200),
          [0, 1],
          "too-large",
          `the file has ${Math.ceil(text.length / 1024)} KiB; the most is ${mostCharacters / 1024}`,
        ),
      ],
    };
  const depth = flowDepth(text);
  if (depth > deepest)
    return {
      ok: false,
      problems: [textProblem(file, text.slice(0, 200), [0, 1], "too-deep", `the file nests ${depth} levels deep; the most is ${deepest}`)],
    };
  const document = parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: true,
    merge,
    customTags: [],
    version: "1.2",
    stringKeys: false,
    logLevel: "silent",
  });
  const place = (range: readonly [number, number], code: ProblemCode, message: string): Problem =>
    textProblem(file, text, range, code, message);
  const problems = [
    ...document.errors.slice(0, mostProblems).map((error) => syntaxProblem(error, text, place)),
    ...nodeProblems(document, place, merge),
  ];
  if (problems.length > 0) return { ok: false, problems: firstPerPlace(problems) };
  return { ok: true, value: document.toJS({ maxAliasCount: mostAliases * 5 }), positions: yamlPositions(file, text, document) };
}

function syntaxProblem(
  error: YAMLError,
  text: string,
  place: (range: readonly [number, number], code: ProblemCode, message: string) => Problem,
): Problem {
  if (error.code === "DUPLICATE_KEY") {
    const key = /^[^\s:,{}]+/u.exec(text.slice(error.pos[0]))?.[0] ?? "";
    return place([error.pos[0], error.pos[0] + key.length], "yaml-duplicate-key", `the key "${key}" stands here for a second time`);
  }
  return place(error.pos, "yaml-syntax", `this is no YAML: ${error.message.split("\n")[0]?.toLowerCase() ?? error.code}`);
}

type Place = (range: readonly [number, number], code: ProblemCode, message: string) => Problem;

/** What the YAML standard allows and we do not. */
function nodeProblems(document: Document, place: Place, merge: boolean): readonly Problem[] {
  const found: Problem[] = [];
  let aliases = 0;
  const anchors = new Set<string>();
  const add = (node: Node, code: ProblemCode, message: string): void =>
    void found.push(place([node.range?.[0] ?? 0, node.range?.[1] ?? 1], code, message));
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (found.length >= mostProblems) return visit.BREAK;
      if (isAlias(node)) {
        aliases += 1;
        if (aliases === mostAliases + 1) add(node, "yaml-alias", `there are more than ${mostAliases} aliases`);
        if (!anchors.has(node.source)) add(node, "yaml-alias", `the alias "*${node.source}" stands for nothing above it`);
        else if (ancestors.some((ancestor) => "anchor" in ancestor && ancestor.anchor === node.source))
          add(node, "yaml-alias", `the alias "*${node.source}" contains itself`);
        return undefined;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
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
      if (isMap(node)) for (const item of node.items) if (isPair(item)) if (!(merge && isMergeKey(item.key))) keyProblem(item.key, add);
      return undefined;
    },
  });
  return found;
}

const isMergeKey = (key: unknown): boolean => isScalar(key) && (key.value === "<<" || key.source === "<<");

function keyProblem(key: unknown, add: (node: Node, code: ProblemCode, message: string) => void): void {
  if (!isScalar(key)) {
    if (isAlias(key)) add(key, "yaml-alias", "an alias cannot be a key");
    else if (isMap(key)) add(key, "yaml-key", "a key must be plain text");
    return;
  }
  if (key.value === "<<") add(key, "yaml-merge", 'merge keys ("<<") are not accepted: write the options out');
  else if (typeof key.value !== "string") add(key, "yaml-key", `the key "${String(key.value)}" is no text: put it in quotes`);
  else if (reserved.has(key.value)) add(key, "yaml-key", `"${key.value}" cannot be a key`);
}

/** Brackets nest at most this deep: the parser recurses, so this is counted before it runs. */
function flowDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if (character === "{" || character === "[") most = Math.max(most, (depth += 1));
    else if (character === "}" || character === "]") depth = Math.max(0, depth - 1);
  }
  return most;
}

/** The parser may complain twice about one spot; one mistake is one problem. */
function firstPerPlace(problems: readonly Problem[]): readonly Problem[] {
  const tooDeep = problems.find((problem) => problem.code === "too-deep");
  if (tooDeep) return [tooDeep];
  return problems
    .toSorted((one, other) => one.line - other.line || one.column - other.column)
    .filter((problem, index, all) => index === 0 || all[index - 1]?.line !== problem.line || all[index - 1]?.column !== problem.column)
    .slice(0, mostProblems);
}
