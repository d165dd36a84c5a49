// An engine that accepts and never answers: whoever waits for it must say for what, and come back.
import { expect } from "chai";
import Docker from "dockerode";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectEngine, nobodyListens } from "../../../src/drivers/docker/engine.ts";
import { withDeadlines } from "../../../src/drivers/docker/request-deadline.ts";
import { PlanefaultError } from "../../../src/model/error.ts";

const deadlineMs = 150;
const body = JSON.stringify({ ID: "an engine" });
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

describe("an engine that accepts and never answers", () => {
  let folder: string;
  let socketPath: string;
  let server: Server;
  /** So many requests are answered, and no more. */
  let answers: number;
  const open = new Set<Socket>();
  const host = process.env["DOCKER_HOST"];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-silent-"));
    socketPath = join(folder, "engine.sock");
    answers = 0;
    server = createServer((socket) => {
      open.add(socket);
      socket.on("error", () => undefined).once("close", () => open.delete(socket));
      socket.once("data", () => {
        answers -= 1;
        if (answers >= 0) socket.end(answer);
      });
    }).listen(socketPath);
    await once(server, "listening");
    process.env["DOCKER_HOST"] = `unix://${socketPath}`;
  });
  afterEach(async () => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    for (const socket of open) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });

  const refusal = async (task: Promise<unknown>): Promise<PlanefaultError> => {
    const error: unknown = await task.then(
      () => "an answer",
      (reason: unknown) => reason,
    );
    if (error instanceof PlanefaultError) return error;
    throw new Error(`expected one of our errors and saw ${String(error)}`, { cause: error });
  };
  const docker = () => withDeadlines(new Docker({ socketPath }), deadlineMs);

  for (const [call, request] of [
    ["POST /volumes/create", () => docker().createVolume({ Name: "v" })],
    ["POST /networks/create", () => docker().createNetwork({ Name: "n" })],
    ["GET /networks", () => docker().listNetworks()],
    ["GET /containers/abc/json", () => docker().getContainer("abc").inspect()],
    ["POST /containers/abc/attach", () => docker().getContainer("abc").attach({ stream: true, hijack: true, stdin: true })],
  ] as const)
    it(`fails ${call} at its deadline, names it, and hangs up`, async () => {
      const error = await refusal(request());
      expect(error.message).to.equal(`waited ${deadlineMs} ms for the engine to answer ${call}`);
      expect([error.code, error.exitCode]).to.deep.equal(["environment", 4]);
      expect(error.hint).to.match(/doctor/u);
      await Promise.all([...open].map((socket) => once(socket, "close")));
    });

  it("leaves an answer in time alone, and counts the deadline once however often it is given", async () => {
    answers = 1;
    expect(await withDeadlines(docker(), 1).info()).to.deep.equal({ ID: "an engine" });
  });

  it("is no engine to connect to, at the first request", async () => {
    const error = await refusal(connectEngine(deadlineMs));
    expect(error.message).to.equal(`no container engine answers: waited ${deadlineMs} ms for the engine to answer GET /info`);
    expect([error.exitCode, error.hint]).to.deep.equal([4, "planefault doctor says what is missing"]);
  });

  it("is told from one that is not there", async () => {
    expect(nobodyListens(await refusal(connectEngine(deadlineMs)))).to.equal(false);
    process.env["DOCKER_HOST"] = `unix://${socketPath}.nowhere`;
    expect(nobodyListens(await refusal(connectEngine(deadlineMs)))).to.equal(true);
  });

  it("is no engine to connect to where it falls silent later", async () => {
    answers = 1;
    const error = await refusal(connectEngine(deadlineMs));
    expect(error.message).to.equal(`no container engine answers: waited ${deadlineMs} ms for testcontainers to reach the engine`);
  });
});
