// The smallest service that has all three planes: it answers users on :8080 (HTTP, and datagrams), takes a value from operators on :8081, and sshd runs beside it.
import { createSocket } from "node:dgram";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

// The name under which faults and listings find this process.
process.title = "echo";

/** Each replica answers by its own name, so that nobody takes another's answer for its. */
const name = process.env["PLANEFAULT_COMPONENT"] ?? "echo";
let answered = 0;
let value: unknown = null;
const longestBody = 4_096;

/** In the variant `from-file` an answer to a user needs a part of a file, as a database's does: it comes from the page cache, or from the disk. */
const mib = 2 ** 20;
const fileMib = Number(process.env["ECHO_FILE_MIB"] ?? "0");
const partMib = 8;
const path = "/var/tmp/echo-file";
const chunk = Buffer.alloc(mib / 4);
if (fileMib > 0) {
  const made = openSync(path, "w");
  for (let written = 0; written < fileMib * mib; written += chunk.length) writeSync(made, chunk);
  fsyncSync(made);
  closeSync(made);
}
const file = fileMib > 0 ? await open(path) : undefined;

async function readPart(): Promise<void> {
  const from = Math.floor(Math.random() * (fileMib / partMib)) * partMib * mib;
  for (let read = 0; read < partMib * mib; read += chunk.length) await file?.read(chunk, 0, chunk.length, from + read);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ service: name, ...body }));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestBody) throw new SyntaxError("body too long");
  }
  return JSON.parse(text || "null");
}

/** In the variant `durable` a value that is not on the disk is not set; in `careless` it only should be. */
const sync = process.env["ECHO_SYNC"];
const kept = sync === undefined ? undefined : await open("/var/tmp/echo-value", "w");

async function keep(set: unknown): Promise<void> {
  try {
    await kept?.write(`${JSON.stringify(set)}\n`, 0);
    await kept?.datasync();
  } catch (error) {
    if (sync === "checked") throw error;
  }
}

async function put(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const set = await bodyOf(request);
    await keep(set);
    value = set;
    answer(response, 200, { value });
  } catch (error) {
    answer(response, error instanceof SyntaxError ? 400 : 500, { error: String(error) });
  }
}

const forUsers = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => {
  answered += 1;
  const n = answered;
  if (file === undefined) answer(response, 200, { n });
  else
    readPart().then(
      () => answer(response, 200, { n }),
      (error: unknown) => answer(response, 500, { error: String(error) }),
    );
});

const forOperators = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.url === "/health") answer(response, 200, { status: "ok" });
  else if (request.url !== "/value") answer(response, 404, { error: "GET or PUT /value, GET /health" });
  else if (request.method !== "PUT") answer(response, 200, { value });
  else {
    void put(request, response);
  }
});

const datagrams = createSocket("udp4");
datagrams.on("message", (message, from) =>
  datagrams.send(`${name}: ${message.toString("utf8")}`, from.port, from.address, () => undefined),
);

forUsers.listen(8_080, "0.0.0.0", 1_024);
forOperators.listen(8_081, "0.0.0.0", 1_024);
datagrams.bind(8_080, "0.0.0.0");
