// A socket in front of the engine's own: hands every request on and keeps its method and path.
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";

export class RecordingProxy implements AsyncDisposable {
  /** "GET /v1.41/containers/json?..." */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor(engine: string) {
    this.#server = createServer((asked, answer) => {
      this.requests.push(`${asked.method} ${asked.url}`);
      const { method, url, headers } = asked;
      const onward = request({ socketPath: engine, method, path: url, headers }, (heard) => {
        answer.writeHead(heard.statusCode ?? 502, heard.headers);
        heard.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
  }

  static async open(socket: string): Promise<RecordingProxy> {
    const engine = (process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock").replace(/^unix:\/\//u, "");
    const proxy = new RecordingProxy(engine);
    await once(proxy.#server.listen(socket), "listening");
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
