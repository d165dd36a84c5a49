// What /proc says about processes. Parsing is pure; reading takes the root of procfs, so that tests give a folder of their own.
import { readFileSync, readdirSync } from "node:fs";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** The file name of argv[0]: Node calls its main thread "MainThread", so the command alone would not be found. */
  readonly program: string;
  /** One letter: R, S, D, T, Z ... */
  readonly state: string;
  /** Clock ticks after boot at which it started: with the pid it names one process for ever. */
  readonly startTicks: string;
  /** It runs no more, though its parent has not yet asked how it ended. */
  readonly ended: boolean;
}

/** Names one process for ever. */
export const keyOf = ({ pid, startTicks }: Pick<ProcessRow, "pid" | "startTicks">): string => `${pid} ${startTicks}`;

/** The command in brackets may hold blanks and brackets, so fields are counted from the last bracket. */
export function parseStat(text: string, commandLine = ""): ProcessRow | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const [state, parent] = fields;
  const startTicks = fields[19];
  if (open < 0 || close < open || state === undefined || startTicks === undefined) return undefined;
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(parent),
    command: text.slice(open + 1, close),
    program: fileName(commandLine.split("\0")[0] ?? ""),
    state,
    startTicks,
    ended: state === "Z" || state === "X",
  };
}

export function readProcess(pid: number, proc = "/proc"): ProcessRow | undefined {
  try {
    return parseStat(readFileSync(`${proc}/${pid}/stat`, "utf8"), readFileSync(`${proc}/${pid}/cmdline`, "utf8"));
  } catch {
    return undefined;
  }
}

export function readProcesses(proc = "/proc"): readonly ProcessRow[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => readProcess(Number(name), proc))
    .filter((row) => row !== undefined);
}

const fileName = (path: string): string => path.split("/").at(-1) ?? path;

/** The kernel cuts commands off after 15 characters. */
const isProgram = (row: ProcessRow, exe: string): boolean => row.command === fileName(exe).slice(0, 15) || row.program === fileName(exe);

/** Each declared process first, then its descendants, those of other declared processes left out. The oldest match that lives is the process itself; what does not stem from the component's first process (agents, commands of the engine) is not the component's. */
export function familiesOf(
  rows: readonly ProcessRow[],
  declared: readonly { readonly name: string; readonly exe: string }[],
): ReadonlyMap<string, readonly ProcessRow[]> {
  const heads = new Map<number, string>();
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  for (const { name, exe } of declared) {
    const named = rows.filter((row) => !row.ended && isProgram(row, exe) && ancestry(row, byPid).at(-1)?.pid === 1);
    const head = named.toSorted((one, other) => Number(BigInt(one.startTicks) - BigInt(other.startTicks)) || one.pid - other.pid)[0];
    if (head) heads.set(head.pid, name);
  }
  const ownerOf = (row: ProcessRow): string | undefined => {
    const head = ancestry(row, byPid).find(({ pid }) => heads.has(pid));
    return head && heads.get(head.pid);
  };
  const families = new Map<string, ProcessRow[]>([...heads.values()].map((name) => [name, []]));
  for (const row of rows.toSorted((one, other) => Number(heads.has(other.pid)) - Number(heads.has(one.pid))))
    families.get(ownerOf(row) ?? "")?.push(row);
  return families;
}

/** The process, its parent, and so on up to the first one. */
function ancestry(row: ProcessRow, byPid: ReadonlyMap<number, ProcessRow>): readonly ProcessRow[] {
  const line: ProcessRow[] = [];
  for (let at: ProcessRow | undefined = row; at && !line.includes(at); at = byPid.get(at.parent)) line.push(at);
  return line;
}

const inits: readonly string[] = ["docker-init", "tini"];

/** What a component without declared processes is: its first process, or the oldest child of an init that the engine put before it. */
export function mainProcess(rows: readonly ProcessRow[]): ProcessRow | undefined {
  const first = rows.find((row) => row.pid === 1);
  if (!first || !inits.includes(first.command)) return first;
  return (
    rows
      .filter((row) => row.parent === 1)
      .toSorted((one, other) => Number(BigInt(one.startTicks) - BigInt(other.startTicks)) || one.pid - other.pid)[0] ?? first
  );
}
