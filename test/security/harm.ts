// What a payload did at the places where words of a file leave planefault (outlets.ts), as sentences.
import { split } from "shlex";
import { quoteWords } from "../../src/agent/probe/ssh-attempt.ts";
import type { Outlets } from "./outlets.ts";

/** Sentences: what the payload did; `usual` are the outlets of the same files without it. `isCommand`: the string is itself a whole command line, of which the words are made. */
export function harmOf(now: Outlets, usual: Outlets, payload: string, isCommand = false): readonly string[] {
  const holds = (text: string): boolean => text.includes(payload);
  const control = (text: string): boolean => /\p{Cc}/u.test(text);
  return [
    ...now.lines.filter((line) => holds(line) || control(line) || line.startsWith("-")).map((line) => `a line for nft: ${line}`),
    ...now.names.filter((name) => !/^[A-Za-z0-9][A-Za-z0-9_./:-]*$/u.test(name)).map((name) => `a name in the engine: ${name}`),
    ...(isCommand || lengthsOf(now.theirs) === lengthsOf(usual.theirs) ? [] : ["a command line has other words than were written"]),
    ...now.theirs
      .flat()
      .filter((word) => word.includes("\0"))
      .map((word) => `a word with NUL: ${word}`),
    ...now.ours.flatMap((argv) =>
      argv.filter((word, index) => holds(word) && (index === 0 || word.startsWith("-"))).map((word) => `an option of ours: ${word}`),
    ),
    ...(lengthsOf(now.ours) === lengthsOf(usual.ours) ? [] : ["a command line of ours has other words"]),
    ...now.hosts
      .filter((line) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*:\d+\.\d+\.\d+\.\d+$/u.test(line))
      .map((line) => `a line of /etc/hosts: ${line}`),
    ...now.requests.filter((text, index) => headLines(text) !== headLines(usual.requests[index] ?? "")).map((text) => `a request: ${text}`),
    ...now.ssh
      .filter((words) => split(quoteWords(words)).join("\u0001") !== words.join("\u0001"))
      .map((words) => `words for a far shell: ${words.join(" ")}`),
    ...Object.entries(now.variables)
      .filter(([name, value]) => !/^[^=\p{Cc}]+$/u.test(name) || value.includes("\0"))
      .map(([name]) => `a variable: ${name}`),
    ...now.scripts.filter((script, index) => codeOf(script) !== codeOf(usual.scripts[index] ?? "")).map(() => "code of a k6 script"),
    ...(now.words.split("\n").length === usual.words.split("\n").length && !control(now.words.replaceAll("\n", ""))
      ? []
      : ["a line in what `plan` prints"]),
    ...now.fields.filter(control).map((text) => `a field for the engine: ${text}`),
  ];
}

const lengthsOf = (argvs: readonly (readonly string[])[]): string => argvs.map(({ length }) => length).join();
const headLines = (text: string): number => (text.split("\r\n\r\n")[0] ?? "").split("\n").length;
/** Without what it parses as data. */
const codeOf = (script: string): string => script.replaceAll(/JSON\.parse\("(?:[^"\\]|\\.)*"\)/gu, "data");
