// Takes known secrets out of a text, however they are spelt, and whatever gives itself away.
import { leastLength, mark, withoutTold } from "./telling.ts";
import { spellings } from "./spellings.ts";

export type Hide = (text: string) => string;

/** So much of a secret is a part of it where a text was cut in its middle. */
const leastPart = 4;

const isLong = (text: string): boolean => text.length >= leastLength;
/** Each line more costs every text a search for all of its spellings; the longest keys have some fifty. */
const mostLines = 64;

/** A secret of several lines, such as a key, is also hidden line by line: logs are made of lines. */
function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/u).map((line) => line.trim());
  return lines.length > mostLines ? lines : lines.filter(isLong).flatMap(spellings);
}

/** The same secrets and the same text give the same text. */
export function hiderOf(secrets: Iterable<string>): Hide {
  const texts = [...new Set([...secrets].flatMap((secret) => [secret, secret.trim()]))].filter(isLong);
  const all = [...texts.flatMap(spellings), ...texts.flatMap(linesOf)].filter(isLong);
  const needles = [...new Set(all)].toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1));
  return (text) => {
    let rest = text;
    for (const needle of needles) if (rest.includes(needle)) rest = rest.replaceAll(needle, mark);
    for (const needle of needles) rest = withoutCut(rest, needle);
    return withoutTold(rest);
  };
}

/** Details are short: one may end in the middle of a secret, or begin there. */
function withoutCut(text: string, secret: string): string {
  return withoutEnd(withoutStart(text, secret), secret);
}

function withoutEnd(text: string, secret: string): string {
  const end = text.slice(-leastPart);
  if (end.length < leastPart) return text;
  for (let at = secret.lastIndexOf(end); at >= 0; at = at === 0 ? -1 : secret.lastIndexOf(end, at - 1)) {
    const beginning = secret.slice(0, at + leastPart);
    if (text.endsWith(beginning)) return `${text.slice(0, -beginning.length)}${mark}`;
  }
  return text;
}

function withoutStart(text: string, secret: string): string {
  const start = text.slice(0, leastPart);
  if (start.length < leastPart) return text;
  for (let at = secret.indexOf(start); at >= 0; at = secret.indexOf(start, at + 1)) {
    const remainder = secret.slice(at);
    if (text.startsWith(remainder)) return `${mark}${text.slice(remainder.length)}`;
  }
  return text;
}
