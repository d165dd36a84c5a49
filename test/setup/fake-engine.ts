// An engine's API that answers as the test wants, and never ends what the test wants to see broken off. It keeps what it was asked.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** "hangs": the request is heard and never answered; "talks": its answer begins and never ends. */
export type Answer = { readonly status: number; readonly body: object } | "hangs" | "talks";

const usual: readonly (readonly [RegExp, Answer])[] = [
  [/^GET \/_ping/u, { status: 200, body: {} }],
  [
    /^GET \/version/u,
    { status: 200, body: { Version: "20.10.0", ApiVersion: "1.41", Arch: process.arch === "arm64" ? "arm64" : "amd64" } },
  ],
  [/^GET \/info/u, { status: 200, body: {} }],
  [/^POST \/images\/.*\/tag/u, { status: 201, body: {} }],
];
const unknown: Answer = { status: 404, body: { message: "no such thing" } };

export class FakeEngine implements AsyncDisposable {
  readonly socket: string;
  readonly asked: string[] = [];
  /** Requests whose client went away before it had an answer. */
  readonly left: string[] = [];
  readonly #folder: string;
  readonly #server = createServer((request, response) => this.#hear(request, response));
  readonly #answers: readonly (readonly [RegExp, Answer])[];
  readonly #waiting = new Set<() => void>();

  private constructor(folder: string, answers: readonly (readonly [RegExp, Answer])[]) {
    this.#folder = folder;
    this.#answers = [...answers, ...usual];
    this.socket = join(folder, "x.sock");
  }

  static async open(...answers: readonly (readonly [RegExp, Answer])[]): Promise<FakeEngine> {
    const engine = new FakeEngine(await mkdtemp(join(tmpdir(), "planefault-fake-")), answers);
    engine.#server.listen(engine.socket);
    await once(engine.#server, "listening");
    return engine;
  }

  /** Resolves once such a request was heard, or left; the test's own timeout is the deadline. */
  async until(where: "asked" | "left", what: RegExp): Promise<void> {
    while (!this[where].some((line) => what.test(line))) await new Promise<void>((resolve) => void this.#waiting.add(resolve));
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    const line = `${request.method} ${request.url}`;
    const [, answer] = this.#answers.find(([what]) => what.test(line)) ?? [undefined, unknown];
    request.on("error", () => {}).resume();
    response.on("close", () => void (response.writableFinished || this.#note(this.left, line)));
    this.#note(this.asked, line);
    if (answer === "hangs") return;
    if (answer === "talks") {
      response.writeHead(200, { "Content-Type": "application/json" }).write('{"stream":"Step 1/9"}\n');
      return;
    }
    request.on("end", () => response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body)));
  }

  #note(list: string[], line: string): void {
    list.push(line);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#folder, { recursive: true });
  }
}
