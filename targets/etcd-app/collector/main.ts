// The collector of the audit log: takes batches of records, keeps the last of each source and says how far it is. Nothing is kept on disk.
import { createServer, type IncomingMessage } from "node:http";

process.title = "collector";

interface Kept {
  readonly number: number;
  readonly count: number;
}

const longestBody = 1_048_576;
const kept = new Map<string, Kept>();

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestBody) throw new SyntaxError("body too long");
  }
  return JSON.parse(text);
}

function numbersIn(body: unknown): readonly number[] {
  if (!Array.isArray(body)) throw new SyntaxError("expected a list of records");
  return body.map((record: unknown) => {
    const number: unknown = typeof record === "object" && record !== null && "number" in record ? record.number : undefined;
    if (typeof number !== "number") throw new SyntaxError("expected records with a number");
    return number;
  });
}

async function take(source: string, request: IncomingMessage): Promise<object> {
  const numbers = numbersIn(await bodyOf(request));
  const before = kept.get(source);
  kept.set(source, { number: numbers.at(-1) ?? before?.number ?? 0, count: (before?.count ?? 0) + numbers.length });
  return { taken: numbers.length };
}

createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const [, source] = /^\/audit\/([a-z0-9-]{1,40})$/u.exec(request.url ?? "") ?? [];
  if (request.url === "/healthz") answer(200, { status: "ok" });
  else if (source === undefined) answer(404, { error: "POST or GET /audit/:source, GET /healthz" });
  else if (request.method === "POST")
    take(source, request).then(
      (taken) => answer(200, taken),
      (error: unknown) => answer(400, { error: String(error) }),
    );
  else answer(200, { source, ...(kept.get(source) ?? { number: 0, count: 0 }) });
}).listen(9_000, "0.0.0.0");
