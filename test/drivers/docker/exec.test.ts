// A program in a container that never ends, behind an engine that starts it and falls silent.
import { expect } from "chai";
import Docker from "dockerode";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "../../../src/drivers/docker/exec.ts";

describe("a program in a container that never ends", () => {
  it("is given up at its deadline, named, and its stream is let go", async () => {
    const folder = await mkdtemp(join(tmpdir(), "planefault-exec-"));
    const socketPath = join(folder, "engine.sock");
    const streams: Socket[] = [];
    const server = createServer((_, answer) => {
      answer.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify({ Id: "e1" }));
    });
    server.on("upgrade", (_, socket: Socket) => {
      streams.push(socket.on("error", () => undefined));
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    });
    server.listen(socketPath);
    await once(server, "listening");
    try {
      const engine = { docker: new Docker({ socketPath }), cgroupVersion: 1, cgroupDriver: "cgroupfs" } as const;
      const failed: unknown = await execute(engine, "abcdefabcdef99", ["sleep", "600"], 300).catch(String);
      expect(failed).to.contain('waited 300 ms for "sleep 600" in abcdefabcdef');
      expect(streams).to.have.length(1);
      const [stream] = streams;
      if (stream && !stream.readableEnded) await once(stream.resume(), "end");
    } finally {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});
