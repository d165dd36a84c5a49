// zod's issues as sentences for people: one mistake, one sentence, with "did you mean" where a word is close.
import * as z from "zod";
import { composeKeys } from "./compose-keys.ts";
import { nearest, suggestion } from "../model/nearest.ts";
import { type DataPath, type Mistake, mostProblems } from "./positions.ts";

/** What `check` is told of a Compose file. */
export const composeWhole = "a Compose file";

type Issue = z.core.$ZodIssue;

export type Checked<Schema extends z.ZodType> =
  | { readonly ok: true; readonly value: z.output<Schema> }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

export function check<Schema extends z.ZodType>(schema: Schema, data: unknown, whole: string): Checked<Schema> {
  /** Options that a mapping could have had: zod names the unknown ones only. */
  const options = new Map<unknown, readonly string[]>();
  const result = schema.safeParse(data, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject) options.set(issue.input, Object.keys(issue.inst.shape));
      return undefined;
    },
  });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, mistakes: firstMistakes(result.error.issues, { data, options, whole }) };
}

/** One for each place, and no more than anybody would read: a file may hold thousands. */
function firstMistakes(issues: readonly Issue[], context: Context): readonly Mistake[] {
  const found = new Map<string, Mistake>();
  for (const issue of issues)
    for (const mistake of mistakes(issue, issue.path, context)) {
      if (!found.has(key(mistake))) found.set(key(mistake), mistake);
      if (found.size === mostProblems) return [...found.values()];
    }
  return [...found.values()];
}

interface Context {
  readonly data: unknown;
  readonly options: ReadonlyMap<unknown, readonly string[]>;
  readonly whole: string;
}

function mistakes(issue: Issue, path: DataPath, context: Context): readonly Mistake[] {
  const value = valueAt(context.data, path);
  const at = (code: Mistake["code"], message: string, part: Mistake["part"] = "value"): readonly Mistake[] => [
    { path, part, code, message },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.slice(0, mostProblems).map((key) => unknownOption(key, path, value, context));
    case "invalid_union":
      return union(issue, path, value, context);
    case "invalid_type":
      if (value === undefined) return missing(path, context);
      // A schema's own words ("expected a duration in ms, s or m ...") say more than a type does.
      return at(
        "invalid-type",
        issue.message.startsWith("Invalid")
          ? `${nameOf(path)} must be ${article(issue.expected)}, not ${typeName(value)}`
          : `${issue.message}, not ${typeName(value)}`,
      );
    case "invalid_value":
      if (value === undefined) return missing(path, context);
      if (typeof value === "string" && issue.values.some((word) => typeof word === "string"))
        return at("unknown-word", `${nameOf(path)} cannot be "${value}"${suggestion(value, issue.values.map(String))}`);
      return at("invalid-value", `${nameOf(path)} must be ${issue.values.map((word) => JSON.stringify(word)).join(" or ")}`);
    case "too_big":
    case "too_small":
      return at("out-of-range", range(issue, path));
    case "invalid_key":
      return at("invalid-value", `"${String(path.at(-1))}": ${issue.issues[0]?.message ?? issue.message}`, "key");
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_element":
    case "custom":
      return at("invalid-value", issue.message);
  }
}

function unknownOption(key: string, path: DataPath, value: unknown, context: Context): Mistake {
  const known = context.options.get(value) ?? [];
  const here: DataPath = [...path, key];
  if (known.includes("x-processes") && composeKeys.has(key))
    return {
      path: here,
      part: "key",
      code: "unsupported-compose",
      message: `planefault's subset of Compose leaves "${key}" out. It has: ${known.join(", ")}.`,
    };
  // Whatever stands in somebody's Compose file and is no slip of the pen means something to Compose.
  if (context.whole === composeWhole && nearest(key, known) === undefined)
    return {
      path: here,
      part: "key",
      code: "unsupported-compose",
      message: `planefault does not understand "${key}" of ${owner(path, value, context)}. It understands: ${known.join(", ")}.`,
    };
  return {
    path: here,
    part: "key",
    code: "unknown-option",
    message: `unknown option "${key}" of ${owner(path, value, context)}${suggestion(key, known)}`,
  };
}

/** A misspelt option is unknown and missing at once: it is told as unknown. */
function missing(path: DataPath, context: Context): readonly Mistake[] {
  const parent = path.slice(0, -1);
  const holder = valueAt(context.data, parent);
  const option = String(path.at(-1));
  const known = context.options.get(holder);
  const unknown = known && typeof holder === "object" && holder !== null ? Object.keys(holder).filter((key) => !known.includes(key)) : [];
  if (unknown.slice(0, mostProblems).some((key) => nearest(key, known ?? []) === option)) return [];
  return [
    { path: parent, part: "value", code: "missing-option", message: `${owner(parent, holder, context)} needs the option "${option}"` },
  ];
}

function union(issue: Extract<Issue, { code: "invalid_union" }>, path: DataPath, value: unknown, context: Context): readonly Mistake[] {
  if (value === undefined) return missing(path, context);
  const words = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : undefined;
  if (words !== undefined) {
    return [
      {
        path,
        part: "value",
        code: "unknown-kind",
        message: `unknown kind ${JSON.stringify(value)} of ${singular(path)}${typeof value === "string" ? suggestion(value, words) : ""}`,
      },
    ];
  }
  // The branch that took the value's shape holds the true causes; where none did, the value has the wrong shape altogether.
  const branch = issue.errors.find(
    (errors) => !errors.some((error) => error.path.length === 0 && (error.code === "invalid_type" || error.code === "invalid_value")),
  );
  if (branch) return branch.slice(0, mostProblems).flatMap((inner) => mistakes(inner, [...path, ...inner.path], context));
  const literals = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === "invalid_value" && error.path.length === 0 ? error.values.map(String) : [])),
  );
  const shapes = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === "invalid_type" && error.path.length === 0 ? [article(error.expected)] : [])),
  );
  if (typeof value === "string" && literals.length > 0)
    return [{ path, part: "value", code: "unknown-word", message: `${nameOf(path)} cannot be "${value}"${suggestion(value, literals)}` }];
  const expected = [...literals.map((word) => `"${word}"`), ...new Set(shapes)];
  return [
    { path, part: "value", code: "invalid-type", message: `${nameOf(path)} must be ${expected.join(" or ")}, not ${typeName(value)}` },
  ];
}

function range(issue: Extract<Issue, { code: "too_big" | "too_small" }>, path: DataPath): string {
  const [word, limit, inclusive] =
    issue.code === "too_big" ? ["most", issue.maximum, issue.inclusive ?? true] : ["least", issue.minimum, issue.inclusive ?? true];
  const unit = issue.origin === "string" ? " characters" : issue.origin === "array" ? " items" : "";
  if (issue.origin === "number" || issue.origin === "int")
    return `${nameOf(path)} must be at ${word} ${limit}${inclusive ? "" : ", exclusive"}`;
  return `${nameOf(path)} must have at ${word} ${limit}${unit}`;
}

/** A missing option is told at its mapping, where several can be missing; elsewhere the first complaint about a value is the cause of the others. */
const key = (mistake: Mistake): string =>
  JSON.stringify([mistake.path.map(String), mistake.part, mistake.code === "missing-option" ? mistake.message : ""]);

function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined),
    data,
  );
}

/** "disk.throttle", "predict", "an experiment". */
function owner(path: DataPath, value: unknown, context: Context): string {
  if (typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string") return value.kind;
  if (path.length === 0) return context.whole;
  const last = path.at(-1);
  return typeof last === "number" ? singular(path) : String(last);
}

/** What an item of a list is called: "faults", 0 -> "fault 1". */
function singular(path: DataPath): string {
  const steps = path.at(-1) === "kind" ? path.slice(0, -1) : path;
  const last = steps.at(-1);
  const list = String(steps.at(-2));
  return typeof last === "number" ? `${list.endsWith("s") ? list.slice(0, -1) : `${list} item`} ${last + 1}` : String(last);
}

const nameOf = (path: DataPath): string =>
  path.length === 0 ? "the file" : typeof path.at(-1) === "number" ? singular(path) : String(path.at(-1));

const articles: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "null",
};
const article = (expected: string): string => articles[expected] ?? expected;

function typeName(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text "${value.slice(0, 40)}"`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
