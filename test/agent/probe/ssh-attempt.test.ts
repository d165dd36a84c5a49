import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect } from "chai";
import ssh2 from "ssh2";
import { quoteWords } from "../../../src/agent/probe/ssh-attempt.ts";
import { makeKeyPair } from "../../../src/drivers/docker/ssh-key.ts";
import type { Measurement } from "../../../src/model/probe.ts";
import { commandOf, counts, listen, observe, probe } from "./fixture.ts";
import type { Served } from "./fixture.ts";

const keys = { host: makeKeyPair(), user: makeKeyPair(), stranger: makeKeyPair() };

/** Knows `true`, `false`, `hostname`, and `hang`, which never ends. */
async function serveSsh(commands: string[] = []): Promise<Served> {
  const allowed = ssh2.utils.parseKey(keys.user.publicKey);
  if (allowed instanceof Error) throw allowed;
  const server = new ssh2.Server({ hostKeys: [keys.host.privateKey] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      if (context.method === "publickey" && context.username === "root" && context.key.data.equals(allowed.getPublicSSH()))
        context.accept();
      else context.reject();
    });
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec, _reject, { command }) => {
        commands.push(command);
        const word = command.replaceAll("'", "");
        if (word === "hang") return;
        const channel = acceptExec();
        if (word === "hostname") channel.write("etcd-1\n");
        channel.exit(word === "false" ? 1 : 0);
        channel.end();
      });
    });
  });
  // The inner net.Server is what listens; ssh2's own type has no event for connections.
  return listen(Reflect.get(server, "_srv"));
}

const ssh = (port: number, run: readonly string[], expected?: string): Measurement => ({
  kind: "ssh",
  endpoint: { component: "app", network: "data", port },
  run,
  expect: expected,
});
/** Dozens of key exchanges a second are more than a busy machine has time for. */
const slow = { everyMs: 150, deadlineMs: 2_000 };
const kinds = (rows: Parameters<typeof counts>[0]): readonly string[] => Object.keys(counts(rows)).filter((word) => word !== "missed");

describe("ssh probe", function () {
  this.timeout(20_000);

  it("opens a session for each sample and wants exit status 0 and the output", async () => {
    const commands: string[] = [];
    await using server = await serveSsh(commands);
    const { rows } = await observe(
      commandOf(
        [
          probe(ssh(server.port, ["true", "it's"]), { instance: "ok", ...slow }),
          probe(ssh(server.port, ["hostname"], "etcd-1"), { instance: "output", ...slow }),
          probe(ssh(server.port, ["hostname"], "etcd-2"), { instance: "other", ...slow }),
          probe(ssh(server.port, ["false"]), { instance: "exit", ...slow }),
          probe(ssh(server.port, ["hang"]), { instance: "hang", ...slow, everyMs: 400 }),
        ],
        { sshKey: keys.user.privateKey },
      ),
      ({ rows }) => ["ok", "output", "other", "exit"].every((instance) => rows(instance).length > 4) && rows("hang").length > 1,
      15_000,
    );
    expect(kinds(rows("ok"))).to.deep.equal(["ok"]);
    expect(commands).to.include(`'true' 'it'\\''s'`);
    expect(kinds(rows("output"))).to.deep.equal(["ok"]);
    expect(rows("other").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("output");
    expect(rows("exit").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("exit 1");
    expect(kinds(rows("hang"))).to.deep.equal(["late"]);
    expect(server.connections()).to.be.at.least(rows("ok").length + rows("output").length);
  });

  it("is failed where the key is refused or nobody listens", async () => {
    await using server = await serveSsh();
    // The second one, so that its port is not given to the first.
    const gone = await serveSsh();
    await gone[Symbol.asyncDispose]();
    const { rows } = await observe(
      commandOf([probe(ssh(server.port, ["true"]), slow), probe(ssh(gone.port, ["true"]), { instance: "gone", ...slow })], {
        sshKey: keys.stranger.privateKey,
      }),
      ({ rows }) => rows().length > 3 && rows("gone").length > 3,
    );
    expect(kinds(rows())).to.deep.equal(["failed"]);
    expect(rows("gone").find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("ECONNREFUSED");
  });

  it("is late where sshd hangs, before its greeting or after it, and holds nothing open", async () => {
    const open = new Set<Socket>();
    const hanging = (greeting: string) =>
      listen(
        createServer((socket) => {
          open.add(socket.on("error", () => undefined).on("close", () => open.delete(socket)));
          socket.resume().write(greeting);
        }),
      );
    await using silent = await hanging("");
    await using greeting = await hanging("SSH-2.0-hung\r\n");
    const { rows } = await observe(
      commandOf(
        [
          probe(ssh(silent.port, ["true"]), { instance: "silent", everyMs: 100, deadlineMs: 300 }),
          probe(ssh(greeting.port, ["true"]), { instance: "greeting", everyMs: 100, deadlineMs: 300 }),
        ],
        { sshKey: keys.user.privateKey },
      ),
      ({ rows }) => rows("silent").length > 3 && rows("greeting").length > 3,
    );
    expect([kinds(rows("silent")), kinds(rows("greeting"))]).to.deep.equal([["late"], ["late"]]);
    await Promise.all([...open].map((socket) => once(socket, "close")));
  });

  it("misses every sample where there is no key: never the target's fault", async () => {
    const { rows, records } = await observe(commandOf([probe(ssh(1, ["true"]), slow)]), ({ rows }) => rows().length > 3);
    expect(Object.keys(counts(rows()))).to.deep.equal(["missed"]);
    expect(records.find((record) => record.type === "error")).to.include({ message: "probes at user: an ssh probe needs a key" });
  });

  it("quotes words so that a shell gives them back", () => {
    expect(quoteWords(["ls", "-l", "/var/lib/x y", "$(reboot)", ""])).to.equal("'ls' '-l' '/var/lib/x y' '$(reboot)' ''");
  });
});
