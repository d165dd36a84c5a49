// YAML text to plain data: a careful subset, so that nothing a person did not write can appear. All mistakes of the text are reported at once.
import { type Document, parseDocument, type YAMLError } from "yaml";
import type { Problem } from "../model/problem.ts";
import { type Positions, textProblem, yamlPositions } from "./positions.ts";
import { deepest, mostProblems, nodeProblems, type Place } from "./yaml-nodes.ts";

const mostCharacters = 256 * 1024;
/** The largest file of ours has 1400. */
const mostMarks = 6_000;

export type Parsed =
  | { readonly ok: true; readonly value: unknown; readonly positions: Positions }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `merge`: keys "<<" are taken, as in Compose files. */
export function parseYaml(file: string, text: string, { merge = false }: { readonly merge?: boolean } = {}): Parsed {
  const unread = unreadable(file, text);
  if (unread) return { ok: false, problems: [unread] };
  const document = documentOf(text, merge);
  const place: Place = (range, code, message) => textProblem(file, text, range, code, message);
  if (document === undefined)
    return { ok: false, problems: [place([0, 1], "too-deep", `the file nests more than ${deepest} levels deep`)] };
  const problems = [
    ...document.errors.slice(0, mostProblems).map((error) => syntaxProblem(error, place)),
    ...directiveProblems(text, document, place),
    ...nodeProblems(document, place, merge),
  ];
  if (problems.length > 0) return { ok: false, problems: firstPerPlace(problems) };
  // What aliases come to has been counted.
  return { ok: true, value: document.toJS({ maxAliasCount: -1 }), positions: yamlPositions(file, text, document) };
}

/** What is not even given to the parser, which takes longer for it than anybody would wait, recurses too deeply, or takes it for something else. */
function unreadable(file: string, text: string): Problem | undefined {
  const atStart = (code: "too-large" | "too-deep", message: string): Problem =>
    textProblem(file, text.slice(0, 200), [0, 1], code, message);
  if (text.length > mostCharacters)
    return atStart("too-large", `the file has ${Math.ceil(text.length / 1024)} KiB; the most is ${mostCharacters / 1024}`);
  const { depth, marks } = measured(text);
  if (depth > deepest) return atStart("too-deep", `the file nests ${depth} levels deep; the most is ${deepest}`);
  if (marks > mostMarks)
    return atStart(
      "too-large",
      `the file has ${marks} line ends, commas, colons, brackets and other marks of YAML; the most is ${mostMarks}`,
    );
  const stranger = noText.exec(text);
  if (!stranger) return undefined;
  const code = stranger[0].codePointAt(0) ?? 0;
  const what =
    code === replacement
      ? "the file is not UTF-8 here"
      : `a character that is no text stands here (U+${code.toString(16).padStart(4, "0").toUpperCase()})`;
  return textProblem(file, text, [stranger.index, stranger.index + 1], "not-text", what);
}

/** What a reader of files puts where bytes are no UTF-8. */
const replacement = 0xfffd;
/** Control characters, halves of pairs, and that. */
const noText = /(?![\t\n\r])\p{Cc}|\p{Cs}|\ufffd/u;

/** undefined: lists in lists ("- - - -") nest so deep that the parser, which recurses when they end, ran out of stack. */
function documentOf(text: string, merge: boolean): Document | undefined {
  try {
    return parseDocument(text, {
      prettyErrors: false,
      // Equal keys are found by us: the parser compares each key with all before it.
      uniqueKeys: false,
      merge,
      customTags: [],
      version: "1.2",
      stringKeys: false,
      logLevel: "silent",
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const syntaxProblem = (error: YAMLError, place: Place): Problem =>
  place(error.pos, "yaml-syntax", `this is no YAML: ${error.message.split("\n")[0]?.toLowerCase() ?? error.code}`);

/** With "%YAML 1.1" other words would be numbers, dates and truth. */
function directiveProblems(text: string, { directives }: Document, place: Place): readonly Problem[] {
  if (directives === undefined || (directives.yaml.version === "1.2" && Object.keys(directives.tags).length === 1)) return [];
  const start = Math.max(0, text.search(/^%/mu));
  return [place([start, start + 1], "yaml-directive", 'directives ("%YAML 1.1", "%TAG") are not accepted')];
}

/** How deep brackets nest, and how much there is to parse: some microseconds for each mark. */
function measured(text: string): { readonly depth: number; readonly marks: number } {
  let depth = 0;
  let most = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "{" || character === "[") most = Math.max(most, (depth += 1));
    else if (character === "}" || character === "]") depth = Math.max(0, depth - 1);
    // A row of dashes in a comment is one mark.
    if (markCharacters.includes(character) && (character !== "-" || text.charAt(at + 1) !== "-")) marks += 1;
  }
  return { depth: most, marks };
}

const markCharacters = "\n,:{}[]&*!\"'#?-";

/** The parser may complain twice about one spot; one mistake is one problem. */
function firstPerPlace(problems: readonly Problem[]): readonly Problem[] {
  const alone = problems.find(({ code }) => code === "too-deep");
  if (alone) return [alone];
  return problems
    .toSorted((one, other) => one.line - other.line || one.column - other.column)
    .filter((problem, index, all) => index === 0 || all[index - 1]?.line !== problem.line || all[index - 1]?.column !== problem.column)
    .slice(0, mostProblems);
}
