// The application: users read items on :8080, operators change items and flags on :8081. APP_MODE decides whether a read of an item asks etcd, APP_START whether it waits for its first copy of them.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { Audit } from "./audit.ts";
import { Cache, type Entry, entryOf, prefix } from "./cache.ts";
import { Etcd } from "./etcd.ts";
import { Lock } from "./lock.ts";

// The name under which faults and listings find this process.
process.title = "app";

const replica = process.env["PLANEFAULT_COMPONENT"] ?? "app-1";
const readThrough = process.env["APP_MODE"] === "read-through";
const limits = { readMs: Number(process.env["APP_READ_LIMIT_MS"] ?? 1_000), writeMs: Number(process.env["APP_ETCD_LIMIT_MS"] ?? 5_000) };
const watchful = process.env["APP_KEEPALIVE"] !== "off";
const etcd = new Etcd(`etcd-${process.env["PLANEFAULT_INDEX"] ?? "1"}.control:2379`, { ...limits, watchful });
const cache = new Cache(etcd);
const lock = new Lock(etcd, `/locks/${replica}`);
const audit = new Audit(replica, "http://collector.mgmt:9000");
const itemCount = 10;
const longestBody = 4_096;

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ replica, ...body }));
}

function answerEntry(response: ServerResponse, name: string, entry: Entry | undefined): void {
  const id = name.slice(name.indexOf("/") + 1);
  if (entry === undefined) answer(response, 404, { error: `no ${name}` });
  else answer(response, 200, { id, value: entry.value, version: entry.version });
}

async function readItem(name: string): Promise<Entry | undefined> {
  if (!readThrough) return cache.get(name);
  const kv = await etcd.get(prefix + name);
  return kv && entryOf(kv);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestBody) throw new SyntaxError("body too long");
  }
  return JSON.parse(text || "null");
}

/** "/flags/x" -> "flags/x". A flag named "own.x" belongs to this replica alone: two writers of numbers would otherwise take the other's number for their own. */
function nameOf(url: string | undefined): string | undefined {
  const [, name] = /^\/((?:items|flags)\/[A-Za-z0-9._-]{1,60})$/u.exec(url ?? "") ?? [];
  return name?.replace(/^flags\/own\./u, `flags/${replica}.`);
}

async function forUsers(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = nameOf(request.url);
  if (request.method === "GET" && name?.startsWith("items/")) answerEntry(response, name, await readItem(name));
  else answer(response, 404, { error: "GET /items/:id" });
}

async function forOperators(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = nameOf(request.url);
  if (request.method === "PUT" && name !== undefined) {
    const revision = await etcd.put(prefix + name, JSON.stringify(await bodyOf(request)));
    answer(response, 200, { id: name.slice(6), revision: Number(revision) });
  } else if (request.method === "POST" && request.url === "/session") {
    audit.record(Number(await bodyOf(request)), "session opened");
    answer(response, 200, { waiting: audit.waiting });
  } else if (request.method === "GET" && name?.startsWith("flags/")) answerEntry(response, name, cache.get(name));
  else if (request.method === "GET" && request.url === "/lock") answer(response, 200, { renewedAt: lock.renewedAt, lost: lock.lost });
  else if (request.method === "GET" && request.url === "/metrics") response.writeHead(200, { "content-type": "text/plain" }).end(metrics());
  else if (request.method === "GET" && request.url === "/healthz") {
    // As most applications do: the process is up and its watch is open. Nothing is tried.
    answer(response, cache.watching ? 200 : 503, { status: cache.watching ? "ok" : "watch lost", entries: cache.size });
  } else
    answer(response, 404, {
      error: "PUT /items/:id, PUT /flags/:name, GET /flags/:name, POST /session, GET /lock, GET /metrics, GET /healthz",
    });
}

/** In Prometheus' text format. */
const metrics = (): string =>
  Object.entries({
    app_cache_entries: cache.size,
    app_watching: Number(cache.watching),
    app_lock_renewals_total: lock.renewals,
    app_lock_lost_total: lock.lost,
    app_audit_waiting: audit.waiting,
    app_audit_dropped_total: audit.dropped,
  })
    .map(([name, value]) => `# TYPE ${name} ${name.endsWith("_total") ? "counter" : "gauge"}\n${name} ${value}\n`)
    .join("");

function serve(port: number, handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      answer(response, error instanceof SyntaxError ? 400 : 503, { error: error instanceof Error ? error.message : String(error) });
    });
  }).listen(port, "0.0.0.0", 1_024);
}

/** Items to read. Each replica writes the same ones, so it does not matter who is first. */
async function seed(): Promise<void> {
  for (let id = 1; id <= itemCount;) {
    try {
      await etcd.put(`${prefix}items/${id}`, JSON.stringify(`item ${id}`));
      id += 1;
    } catch (error) {
      console.warn(`seeding waits: ${error instanceof Error ? error.message : String(error)}`);
      await pause(250);
    }
  }
}

/** Nobody is to read what this replica does not know yet; one that starts cold answers all the same. */
async function prepare(): Promise<void> {
  await seed();
  void cache.follow();
  await cache.filled;
}

const prepared = prepare();
if (process.env["APP_START"] !== "cold") await prepared;
void lock.hold();
void audit.ship();
serve(8_080, forUsers);
serve(8_081, forOperators);
