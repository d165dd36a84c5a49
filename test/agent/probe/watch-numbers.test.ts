// A guest's heartbeat: it writes nothing, and tells numbers that go on from reads that fail and from nobody writing.
import * as net from "node:net";
import { expect } from "chai";
import type { HeartbeatMeasurement } from "../../../src/agent/probe/heartbeat.ts";
import type { Measurement } from "../../../src/model/probe.ts";
import { commandOf, counts, listen, observe, probe, request, serveHttp } from "./fixture.ts";

const heartbeat = (port: number, changes: Partial<HeartbeatMeasurement> = {}): Measurement => ({
  kind: "heartbeat",
  write: request(port, { method: "PUT", path: "/{n}" }),
  read: request(port),
  field: "n",
  pollMs: 20,
  ...changes,
});
const watch = (port: number, enough = 3, changes?: Partial<HeartbeatMeasurement>) =>
  observe(
    commandOf([probe(heartbeat(port, changes), { everyMs: 100, deadlineMs: 500 })], { watchOnly: true }),
    ({ rows }) => rows().filter(([, , outcome, detail]) => outcome !== "missed" || detail === "no new number").length >= enough,
  );

describe("watching numbers", () => {
  it("is ok with each new number that somebody else wrote, and writes none", async () => {
    let n = 500;
    const methods = new Set<string | undefined>();
    await using server = await serveHttp((incoming, answer) => {
      methods.add(incoming.method);
      answer.end(`{"n":${n}}`);
    });
    const writer = setInterval(() => (n += 1), 50);
    const { rows } = await watch(server.port, 6).finally(() => clearInterval(writer));
    expect(Object.keys(counts(rows())))
      .to.include("ok")
      .and.not.to.include.members(["failed"]);
    expect([...methods]).to.deep.equal(["GET"]);
  });

  it("cannot tell where the number stands still: perhaps nobody writes", async () => {
    await using server = await serveHttp((_incoming, answer) => void answer.end('{"n":7}'));
    const { rows } = await watch(server.port);
    expect(Object.keys(counts(rows()))).to.deep.equal(["missed"]);
    expect(rows().map(([, , , detail]) => detail)).to.include("no new number");
  });

  it("is failed where reads are refused or hold no number, and late where they hang", async () => {
    await using odd = await serveHttp((_incoming, answer) => void answer.end("{}"));
    await using mute = await serveHttp(() => undefined);
    const gone = await listen(net.createServer());
    await gone[Symbol.asyncDispose]();
    const outcome = async (port: number) => {
      const row = (await watch(port)).rows().find(([, , word]) => word !== "missed");
      return [row?.[2], row?.[3]];
    };
    expect(await outcome(gone.port)).to.deep.equal(["failed", "ECONNREFUSED"]);
    expect(await outcome(odd.port)).to.deep.equal(["failed", "no number"]);
    expect(await outcome(mute.port)).to.deep.equal(["late", undefined]);
  });

  it("is wrong where another replica answers, however new its numbers are", async () => {
    let n = 500;
    await using server = await serveHttp((_incoming, answer) => {
      n += 1;
      answer.end(`{"replica":"app-2","n":${n}}`);
    });
    const expected = { status: undefined, body: { replica: "app-1" } };
    const { rows } = await watch(server.port, 3, { read: request(server.port, { expect: expected }) });
    const row = rows().find(([, , word]) => word !== "missed");
    expect([row?.[2], row?.[3]]).to.deep.equal(["wrong", "body.replica"]);
  });
});
