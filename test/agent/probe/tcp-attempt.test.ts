import * as net from "node:net";
import { expect } from "chai";
import { commandOf, counts, listen, observe, probe } from "./fixture.ts";
import type { Measurement } from "../../../src/model/probe.ts";

const tcp = (port: number, expected?: string, send?: string): Measurement => ({
  kind: "tcp",
  endpoint: { component: "app", network: "data", port },
  send,
  expect: expected,
});

describe("tcp probe", () => {
  it("connects, and wants the banner where one is expected", async () => {
    await using banner = await listen(
      net.createServer((socket) => (socket.write("SSH-"), setTimeout(() => socket.writable && socket.write("2.0-OpenSSH\r\n"), 10))),
    );
    await using refusing = await listen(net.createServer((socket) => socket.end("Not allowed at this time\r\n")));
    await using closing = await listen(net.createServer((socket) => socket.end()));
    await using silent = await listen(net.createServer());
    const gone = await listen(net.createServer());
    await gone[Symbol.asyncDispose]();
    const { rows } = await observe(
      commandOf([
        probe(tcp(banner.port, "SSH-2.0"), { instance: "banner" }),
        probe(tcp(refusing.port, "SSH-2.0"), { instance: "refusing" }),
        probe(tcp(closing.port, "SSH-2.0"), { instance: "closing" }),
        probe(tcp(silent.port, "SSH-2.0"), { instance: "silent", everyMs: 100 }),
        probe(tcp(silent.port), { instance: "connect" }),
        probe(tcp(gone.port), { instance: "gone" }),
      ]),
      ({ rows }) => rows("silent").length > 3 && rows("banner").length > 3,
    );
    const kinds = (instance: string): readonly string[] => Object.keys(counts(rows(instance))).filter((word) => word !== "missed");
    expect(kinds("banner")).to.deep.equal(["ok"]);
    expect(kinds("refusing")).to.deep.equal(["wrong"]);
    expect(rows("refusing").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("Not allowed at this time");
    expect(kinds("closing")).to.deep.equal(["failed"]);
    expect(kinds("silent")).to.deep.equal(["late"]);
    expect(kinds("connect")).to.deep.equal(["ok"]);
    expect(kinds("gone")).to.deep.equal(["failed"]);
  });

  it("speaks first where there is something to say, and wants the answer to it", async () => {
    const answering = net.createServer((socket) =>
      socket.on("error", () => undefined).on("data", (chunk) => socket.write(String(chunk) === "PING\r\n" ? "+PONG\r\n" : "-ERR\r\n")),
    );
    await using server = await listen(answering);
    const saying = (send: string): Measurement => tcp(server.port, "+PONG", send);
    const { rows } = await observe(
      commandOf([probe(saying("PING\r\n"), { instance: "ping" }), probe(saying("PIN\r\n"), { instance: "other" })]),
      ({ rows }) => rows("ping").length > 3 && rows("other").length > 3,
    );
    const kinds = (instance: string): readonly string[] => Object.keys(counts(rows(instance))).filter((word) => word !== "missed");
    expect([kinds("ping"), kinds("other")]).to.deep.equal([["ok"], ["wrong"]]);
  });
});
