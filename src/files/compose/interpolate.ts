// Variables in a Compose file: `${NAME:-default}` and its kin, as Compose reads them. The values come from the caller alone, so that nothing of somebody's shell slips into an experiment.
import { own } from "../../model/own.ts";
import type { ProblemCode } from "../../model/problem-code.ts";
import type { DataPath, Mistake } from "../positions.ts";

export type Variables = Readonly<Record<string, string>>;

/** A variable that has no value and no default, or a "$" that begins none. */
class Unusable extends Error {
  readonly code: ProblemCode;
  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Every text of the data, keys left alone; each mistake stands at its own value. */
export function interpolated(data: unknown, variables: Variables, mistakes: Mistake[], path: DataPath = []): unknown {
  if (typeof data === "string") {
    try {
      return interpolate(data, variables);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      mistakes.push({ path, part: "value", code: error.code, message: error.message });
      return data;
    }
  }
  if (Array.isArray(data)) return data.map((item, index) => interpolated(item, variables, mistakes, [...path, index]));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, interpolated(value, variables, mistakes, [...path, key])]));
}

const plain = /^\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*))/u;

function interpolate(text: string, variables: Variables): string {
  let result = "";
  for (let rest = text; rest !== "";) {
    const dollar = rest.indexOf("$");
    if (dollar < 0) return result + rest;
    result += rest.slice(0, dollar);
    rest = rest.slice(dollar);
    const [matched, name, braced] = plain.exec(rest) ?? [];
    if (matched === undefined) throw new Unusable("invalid-value", `"${text}": a "$" that begins no variable is written "$$"`);
    rest = rest.slice(matched.length);
    if (braced === undefined) result += name === undefined ? "$" : valueOf(name, variables);
    else {
      const end = closing(rest);
      if (end < 0) throw new Unusable("invalid-value", `"${text}": "\${${braced}" is never closed`);
      result += expanded(braced, rest.slice(0, end), variables);
      rest = rest.slice(end + 1);
    }
  }
  return result;
}

/** `modifier` is what stands between name and brace: "" or ":-default", "-default", ":?error", "?error", ":+instead", "+instead". */
function expanded(name: string, modifier: string, variables: Variables): string {
  const value = own(variables, name);
  const [, colon = "", operator, word = ""] = /^(:?)([-?+])([^]*)$/u.exec(modifier) ?? [];
  const given = value !== undefined && (colon === "" || value !== "");
  switch (operator) {
    case "-":
      return given ? value : interpolate(word, variables);
    case "+":
      return given ? interpolate(word, variables) : "";
    case "?":
      if (given) return value;
      throw new Unusable("unset-variable", `${unset(name)}${word === "" ? "" : `: ${word}`}`);
    case undefined:
      if (modifier === "") return valueOf(name, variables);
      break;
  }
  throw new Unusable("invalid-value", `"\${${name}${modifier}}" is no variable: after the name come "-", "?" or "+", with or without ":"`);
}

function valueOf(name: string, variables: Variables): string {
  const value = own(variables, name);
  if (value === undefined) throw new Unusable("unset-variable", unset(name));
  return value;
}

const unset = (name: string): string =>
  `the variable ${name} has no value: give it a default ("\${${name}:-...}") or a line in the file .env beside the Compose file; the environment of planefault itself is not read`;

/** Where the brace that is open ends, or -1; defaults may hold variables of their own. */
function closing(text: string): number {
  let depth = 1;
  for (let index = 0; index < text.length; index += 1) {
    if (text.startsWith("${", index)) depth += 1;
    else if (text[index] === "}" && (depth -= 1) === 0) return index;
  }
  return -1;
}
