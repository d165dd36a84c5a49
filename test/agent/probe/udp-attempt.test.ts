import * as dgram from "node:dgram";
import { expect } from "chai";
import type { Measurement } from "../../../src/model/probe.ts";
import { type Bound, commandOf, counts, observe, probe, serveUdp } from "./fixture.ts";

const udp = (server: Bound, expected = "pong {n}"): Measurement => ({
  kind: "udp",
  endpoint: { component: "app", network: "data", port: server.port },
  send: "ping {n}",
  expect: expected,
});
const numberOf = (message: Buffer): number => Number(message.toString("utf8").split(" ")[1]);
const kinds = (rows: Parameters<typeof counts>[0]): readonly string[] => Object.keys(counts(rows)).filter((word) => word !== "missed");

describe("udp probe", () => {
  it("wants the answer with its own number; what comes late belongs to an earlier sample, and anything else is wrong", async () => {
    await using right = await serveUdp((message, answer) => answer(`pong ${numberOf(message)}`));
    await using older = await serveUdp((message, answer) => {
      answer(`pong ${numberOf(message) - 1}`);
      setTimeout(() => answer(`pong ${numberOf(message)}`), 20);
    });
    await using ahead = await serveUdp((message, answer) => answer(`pong ${numberOf(message) + 1}`));
    await using another = await serveUdp((_message, answer) => answer("who is there?"));
    await using plain = await serveUdp((_message, answer) => answer("hello, it is me"));
    const { rows } = await observe(
      commandOf([
        probe(udp(right), { instance: "right" }),
        probe(udp(older), { instance: "older" }),
        probe(udp(ahead), { instance: "ahead" }),
        probe(udp(another), { instance: "another" }),
        probe(udp(plain, "it is me"), { instance: "plain" }),
      ]),
      ({ rows }) => ["right", "older", "ahead", "another", "plain"].every((name) => rows(name).length > 5),
    );
    expect(kinds(rows("right"))).to.deep.equal(["ok"]);
    expect(kinds(rows("older"))).to.deep.equal(["ok"]);
    for (const [, took, outcome] of rows("older")) if (outcome === "ok") expect(took).to.be.greaterThan(18);
    expect(kinds(rows("ahead"))).to.deep.equal(["wrong"]);
    expect(kinds(rows("another"))).to.deep.equal(["wrong"]);
    expect(rows("another").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("who is there?");
    expect(kinds(rows("plain"))).to.deep.equal(["ok"]);
  });

  it("is late where nobody answers, and failed where the port is closed", async () => {
    await using silent = await serveUdp(() => undefined);
    const gone = await serveUdp(() => undefined);
    await gone[Symbol.asyncDispose]();
    const { rows } = await observe(
      commandOf([probe(udp(silent), { instance: "silent", everyMs: 50 }), probe(udp(gone), { instance: "gone" })]),
      ({ rows }) => rows("silent").length > 3 && rows("gone").length > 3,
    );
    expect(kinds(rows("silent"))).to.deep.equal(["late"]);
    expect(kinds(rows("gone"))).to.deep.equal(["failed"]);
    expect(rows("gone").find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("ECONNREFUSED");
  });

  it("leaves no socket behind", async () => {
    const sources = new Set<number>();
    await using silent = await serveUdp((_message, _answer, port) => void sources.add(port));
    await observe(commandOf([probe(udp(silent), { instance: "silent" })]), ({ rows }) => rows("silent").length > 10);
    for (const port of sources) {
      const bound = Promise.withResolvers<void>();
      const socket = dgram.createSocket("udp4").once("error", bound.reject);
      socket.bind(port, "127.0.0.1", bound.resolve);
      await bound.promise;
      socket.close();
    }
  });
});
