// One HTTP request of a probe or signal as bytes, and what its answer means: identity is checked, not just that something answered.
import type { HttpRequest, JsonSubset } from "../../model/probe.ts";
import type { Reading, StartAttempt } from "./attempt.ts";
import type { Connections, Exchanged } from "./http-connections.ts";

export type Expected = HttpRequest["expect"];

const ok: Reading = { outcome: "ok", detail: undefined };

/** `{n}` stands for the number, `{instance}` for the probe instance: replicas that share a key would see each other's numbers. */
export function requestText(request: HttpRequest, connection: "new" | "reused", instance: string, n: number): string {
  const fill = (text: string): string => text.replaceAll("{instance}", instance).replaceAll("{n}", String(n));
  const path = fill(request.path);
  if (!/^\/[\u0021-\u007e]*$/u.test(path))
    throw new Error(`${instance}: the path ${JSON.stringify(path)} must start with / and hold neither blanks nor control characters`);
  const head = `${request.method} ${path} HTTP/1.1\r\nHost: ${request.endpoint.component}:${request.endpoint.port}\r\nUser-Agent: planefault\r\nAccept: */*\r\nConnection: ${connection === "new" ? "close" : "keep-alive"}\r\n`;
  if (request.body === undefined) return request.method === "GET" ? `${head}\r\n` : `${head}Content-Length: 0\r\n\r\n`;
  const body = fill(request.body);
  const type = /^[[{]/u.test(body) ? "application/json" : "text/plain";
  return `${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export function httpAttempt(
  instance: string,
  request: HttpRequest,
  connection: "new" | "reused",
  connections: Connections,
  read: (exchanged: Exchanged, expected: Expected) => Reading = probeReading,
): StartAttempt {
  const numbered = `${request.path}${request.body ?? ""}`.includes("{n}");
  const constant = requestText(request, connection, instance, 1);
  return (n, settle) =>
    connections.exchange(numbered ? requestText(request, connection, instance, n) : constant, (exchanged) =>
      settle(read(exchanged, request.expect)),
    );
}

/** What a user makes of an answer: a server that says it cannot (5xx) has failed; `wrong` is left for answers that are not the right ones. */
export function probeReading(exchanged: Exchanged, expected: Expected): Reading {
  const reading = readingOf(exchanged, expected);
  const cannot = exchanged.result === "answer" && exchanged.answer.status >= 500 && reading.outcome === "wrong";
  return cannot ? { ...reading, outcome: "failed" } : reading;
}

/** What a signal's reader makes of it: any other answer than the healthy one is an answer. */
export function readingOf(exchanged: Exchanged, expected: Expected): Reading {
  switch (exchanged.result) {
    case "answer":
      return judgeAnswer(exchanged.answer.status, exchanged.answer.body, expected);
    case "unreadable":
      return { outcome: "wrong", detail: exchanged.detail };
    case "unreachable":
    case "cut":
      return { outcome: "failed", detail: exchanged.detail };
  }
}

function judgeAnswer(status: number, body: Buffer, expected: Expected): Reading {
  const right = expected.status === undefined ? status >= 200 && status < 300 : status === expected.status;
  if (!right) return { outcome: "wrong", detail: `status ${status}` };
  if (expected.body === undefined) return ok;
  const at = differsAt(parseBody(body), expected.body, "");
  return at === undefined ? ok : { outcome: "wrong", detail: `body${at}` };
}

/** JSON, or the text itself without its last line end. */
export function parseBody(body: Buffer): unknown {
  const text = body.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text.trimEnd();
  }
}

/** The first place at which `found` does not hold `subset`, as ".a.b", or undefined where it does. */
export function differsAt(found: unknown, subset: JsonSubset, path: string): string | undefined {
  if (typeof subset !== "object" || subset === null) return found === subset ? undefined : path;
  if (typeof found !== "object" || found === null) return path;
  for (const [key, value] of Object.entries(subset)) {
    const inner = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
    const at = differsAt(inner, value, `${path}.${key}`);
    if (at !== undefined) return at;
  }
  return undefined;
}
