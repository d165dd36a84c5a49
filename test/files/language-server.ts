// A client for yaml-language-server, as small as it can be: framed JSON on its standard streams. It exists so that a test sees what an author sees in an editor.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

const deadlineMs = 20_000;

export class LanguageServer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<string, (value: unknown) => void>();
  #buffer = Buffer.alloc(0);
  #id = 0;
  #settings: object = {};

  constructor() {
    const program = new URL("../../node_modules/yaml-language-server/bin/yaml-language-server", import.meta.url).pathname;
    this.#child = spawn(process.execPath, [program, "--stdio"]);
    this.#child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** `schemas`: address of a schema -> files that it is for. */
  async start(schemas: Readonly<Record<string, readonly string[]>>): Promise<void> {
    this.#settings = { schemas, validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    await this.request("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: { completion: { completionItem: { documentationFormat: ["plaintext"] } }, hover: { contentFormat: ["plaintext"] } },
      },
    });
    this.notify("initialized", {});
    this.notify("workspace/didChangeConfiguration", { settings: { yaml: this.#settings } });
  }

  request(method: string, params: unknown): Promise<unknown> {
    this.#id += 1;
    const answer = this.#wait(`answer ${this.#id}`);
    this.#send({ id: this.#id, method, params });
    return answer;
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** Opens a text and gives what the server finds wrong with it. */
  open(uri: string, text: string): Promise<unknown> {
    const diagnostics = this.#wait(`diagnostics ${uri}`);
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    return diagnostics;
  }

  #wait(key: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`yaml-language-server: no ${key} within ${deadlineMs} ms`)), deadlineMs);
      this.#waiting.set(key, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/u.exec(this.#buffer.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head < 0 || this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#take(message);
    }
  }

  #take(message: {
    id?: number;
    method?: string;
    params?: { uri?: string; diagnostics?: unknown; items?: readonly { section?: string }[] };
    result?: unknown;
  }): void {
    if (message.method === "textDocument/publishDiagnostics")
      this.#waiting.get(`diagnostics ${message.params?.uri ?? ""}`)?.(message.params?.diagnostics);
    else if (message.method !== undefined && message.id !== undefined)
      this.#send({
        id: message.id,
        result: message.params?.items?.map(({ section }) => (section === "yaml" ? this.#settings : {})) ?? null,
      });
    else if (message.id !== undefined) this.#waiting.get(`answer ${message.id}`)?.(message.result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill();
    await gone;
  }
}
