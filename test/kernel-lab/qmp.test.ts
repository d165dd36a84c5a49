// QEMU's protocol against a server that speaks it: answers by id, events between them, refusals, and an end.
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Qmp } from "./qmp.ts";

interface Asked {
  readonly execute: string;
  readonly id: number;
}

describe("QEMU's machine protocol", () => {
  let folder: string;
  let path: string;
  let server: Server;
  let qmp: Qmp;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "planefault-qmp-"));
    path = join(folder, "qmp");
    server = createServer((socket) => {
      sockets.push(socket);
      const say = (value: object): void => void socket.write(`${JSON.stringify(value)}\n`);
      say({ QMP: { version: {} } });
      createInterface({ input: socket }).on("line", (line) => {
        const { execute, id } = JSON.parse(line) as Asked;
        say({ event: "RESUME", data: {} });
        if (execute === "quit") socket.destroy();
        else say(execute === "odd" ? { id, error: { desc: "no such command" } } : { id, return: { status: execute } });
      });
    });
    // It is there a moment after it was started.
    setTimeout(() => server.listen(path), 150);
    qmp = await Qmp.open(path, () => undefined);
  });
  afterEach(async () => {
    qmp.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it("gives each question its own answer", async () => {
    expect(await Promise.all([qmp.ask("one"), qmp.ask("two")])).to.deep.equal([{ status: "one" }, { status: "two" }]);
  });
  it("says what was refused, and when QEMU has ended", async () => {
    expect(await qmp.ask("odd").catch(String)).to.contain("QEMU refused odd: no such command");
    expect(await qmp.ask("quit").catch(String)).to.contain("QEMU has ended");
  });
  it("waits for no QEMU that has ended", async () => {
    const ended = (): never => {
      throw new Error("QEMU has ended (1)");
    };
    expect(await Qmp.open(join(folder, "none"), ended).catch(String)).to.contain("QEMU has ended (1)");
  });
});
