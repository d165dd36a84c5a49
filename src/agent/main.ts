// The agent: our program beside a component. Reads requests, writes replies and records. However it ends - told to, input closed, heartbeats missing, a signal - what it applied is undone first.
import type { Event, Reply, Request } from "../model/agent-protocol.ts";
import { disarmDeadlineMs } from "./changes.ts";
import { splitLines } from "./lines.ts";
import { Session } from "./session.ts";

const say = (message: Reply | Event): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const log = (text: string): void => say({ event: "log", text });
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
};

const session = new Session(say);
let ending = false;
/** Nobody speaks before the target is healthy, and nothing is armed then. */
let silence = setTimeout(() => void end("nobody has spoken", 0), Number(process.env["PLANEFAULT_FIRST_WORD_MS"]));

async function end(why: string, code: number): Promise<void> {
  if (ending) return;
  ending = true;
  clearTimeout(silence);
  setTimeout(() => process.exit(5), disarmDeadlineMs);
  if (why !== "") log(why);
  const errors = await session.disarm();
  for (const error of errors) log(error);
  process.exit(errors.length > 0 ? 5 : code);
}

async function answer(request: Request): Promise<void> {
  try {
    // Whatever begins now may begin behind its own undo.
    if (ending && request.do !== "undo") throw new Error("ending");
    const value = await session.obey(request);
    if (request.do === "hello") {
      clearTimeout(silence);
      silence = setTimeout(() => void end("no heartbeat: everything is undone", 0), request.silenceMs);
    }
    say({ id: request.id, ok: true, ...(value === undefined ? {} : { value }) });
  } catch (error) {
    say({ id: request.id, ok: false, error: messageOf(error) });
  }
  if (request.do === "bye") await end("", 0);
}

/** The harness is our only peer, so a line is checked for its shape and no further; an unknown `do` is refused by the session. */
function isRequest(value: unknown): value is Request {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "number" &&
    "do" in value &&
    typeof value.do === "string"
  );
}

function receive(line: string): void {
  silence.refresh();
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isRequest(value)) void answer(value);
  else log(`not a request: ${line.slice(0, 200)}`);
}

process.stdin.setEncoding("utf8").on("data", splitLines(receive));
process.stdin.on("end", () => void end("end of input: everything is undone", 0));
process.stdin.on("error", () => void end("", 0));
// The reader may be gone: then the end of input is on its way, and words have nobody to reach.
process.stdout.on("error", () => undefined);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end(`${signal}: everything is undone`, 0));
process.on("uncaughtException", (error) => void end(`agent failed: ${error.stack ?? error.message}`, 4));
process.on("unhandledRejection", (error) => void end(`agent failed: ${messageOf(error)}`, 4));
