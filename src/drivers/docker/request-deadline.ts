// Gives every request to the engine a deadline, at the one place through which all of them go, testcontainers' own included: the engine's client waits for ever by default.
import type Dockerode from "dockerode";
import { PlanefaultError } from "../../model/error.ts";

/** One request; several together, or one whose wait is named in better words, have a `within` of their own. */
export const requestDeadlineMs = 30_000;

interface Request {
  readonly path: string;
  readonly method?: string;
  readonly abortSignal?: AbortSignal;
}

type Answer = (error: unknown, result?: unknown) => void;

interface Modem {
  dial(request: Request, answer: Answer): void;
}

const bounded = new WeakSet<Modem>();

/** The deadline is that of the answer's head where a stream follows: attached and followed streams live on. */
export function withDeadlines(docker: Dockerode, deadlineMs: number): Dockerode {
  const modem: Modem = docker.modem;
  // testcontainers has one client per process, and each connection is given it again.
  if (bounded.has(modem)) return docker;
  bounded.add(modem);
  const dial = modem.dial.bind(modem);
  modem.dial = (request, answer) => {
    const abort = new AbortController();
    let answered = false;
    const once: Answer = (error, result) => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      answer(error, result);
    };
    const call = `${request.method ?? "GET"} ${request.path.replace(/\?.*$/u, "")}`;
    const timer = setTimeout(() => {
      once(silence(call, deadlineMs));
      abort.abort();
    }, deadlineMs);
    const given = request.abortSignal;
    dial({ ...request, abortSignal: given === undefined ? abort.signal : AbortSignal.any([given, abort.signal]) }, once);
  };
  return docker;
}

const silence = (call: string, deadlineMs: number): PlanefaultError =>
  new PlanefaultError("environment", `waited ${deadlineMs} ms for the engine to answer ${call}`, {
    hint: "the engine may be overloaded or hang; planefault doctor asks it",
  });
