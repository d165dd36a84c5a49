import * as net from "node:net";
import { expect } from "chai";
import type { HeartbeatMeasurement } from "../../../src/agent/probe/heartbeat.ts";
import type { Measurement } from "../../../src/model/probe.ts";
import { commandOf, counts, listen, observe, probe, request, serveHttp } from "./fixture.ts";
import type { Served } from "./fixture.ts";

interface Store {
  /** What the far end shows. */
  value: number;
  delayMs: number;
  status: number;
  /** Answers the write never, though it is done. */
  mute: boolean;
  readonly written: number[];
}

const storeAt = (value: number): Store => ({ value, delayMs: 0, status: 200, mute: false, written: [] });

const serve = (store: Store): Promise<Served> =>
  serveHttp((incoming, answer) => {
    if (incoming.method === "GET") {
      answer.end(JSON.stringify({ flag: { seen: String(store.value) } }));
      return;
    }
    const n = Number(incoming.url?.split("/").at(-1));
    store.written.push(n);
    if (store.status === 200) setTimeout(() => (store.value = n), store.delayMs);
    answer.statusCode = store.status;
    if (!store.mute) answer.end();
  });

const heartbeat = (write: number, read = write): Measurement => ({
  kind: "heartbeat",
  write: request(write, { method: "PUT", path: "/flags/{n}", body: "{n}" }),
  read: request(read),
  field: "flag.seen",
  pollMs: 10,
});
const timing = { everyMs: 100, deadlineMs: 600 };
const kinds = (rows: Parameters<typeof counts>[0]): readonly string[] => Object.keys(counts(rows)).filter((word) => word !== "missed");

describe("heartbeat probe", () => {
  it("takes the time from the scheduled write to the number's first sight, open loop", async () => {
    const store = { ...storeAt(0), delayMs: 250 };
    await using server = await serve(store);
    const { rows } = await observe(commandOf([probe(heartbeat(server.port), timing)]), ({ rows }) => rows().length >= 12);
    expect(store.written.slice(0, 5)).to.deep.equal([1, 2, 3, 4, 5]);
    const ok = rows().filter(([, , outcome]) => outcome === "ok");
    expect(ok.length).to.be.greaterThan(9);
    for (const [, took] of ok) expect(took).to.be.within(245, 450);
  });

  it("is late where the number is not seen in time, however the write was answered", async () => {
    const [stale, mute] = [
      { ...storeAt(0), delayMs: 5_000 },
      { ...storeAt(0), mute: true },
    ];
    await using one = await serve(stale);
    await using other = await serve(mute);
    const { rows } = await observe(
      commandOf([probe(heartbeat(one.port), timing), probe(heartbeat(other.port), { ...timing, instance: "mute" })]),
      ({ rows }) => rows().length >= 5 && rows("mute").length >= 5,
    );
    expect(kinds(rows())).to.deep.equal(["late"]);
    expect(rows().find(([, , outcome]) => outcome === "late")?.[1]).to.equal(600);
    expect(kinds(rows("mute"))).to.deep.equal(["ok"]);
  });

  it("is failed where the write was answered with an error or refused", async () => {
    const store = { ...storeAt(0), status: 503 };
    await using server = await serve(store);
    const gone = await listen(net.createServer());
    await gone[Symbol.asyncDispose]();
    const { rows } = await observe(
      commandOf([probe(heartbeat(server.port), timing), probe(heartbeat(gone.port, server.port), { ...timing, instance: "gone" })]),
      ({ rows }) => rows().length >= 4 && rows("gone").length >= 4,
    );
    expect(rows().find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("status 503");
    expect(rows("gone").find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("ECONNREFUSED");
    expect(kinds([...rows(), ...rows("gone")])).to.deep.equal(["failed"]);
  });

  it("does not take an earlier run's number for its own", async () => {
    const store = { ...storeAt(4), delayMs: 5_000 };
    await using server = await serve(store);
    const { rows } = await observe(commandOf([probe(heartbeat(server.port), timing)]), ({ rows }) => rows().length >= 8);
    expect(kinds(rows())).to.deep.equal(["late"]);
    expect(store.written[0]).to.equal(5);
  });

  it("does not take a number that nobody wrote for its own, though it could not read before it wrote", async () => {
    let reads = 0;
    await using server = await serveHttp((incoming, answer) => {
      if (incoming.method === "GET") reads += 1;
      // The first reads fail, so the number found later was never a base to count from.
      if (incoming.method === "GET" && reads < 5) answer.statusCode = 500;
      answer.end('{"flag":{"seen":700}}');
    });
    const { rows } = await observe(commandOf([probe(heartbeat(server.port), timing)]), ({ rows }) => rows().length >= 4);
    expect(kinds(rows())).to.deep.equal(["late"]);
  });

  it("without a write: takes the time until a number grew that grows by itself, down in arrays too", async () => {
    const started = performance.now();
    const scraped = { everyMs: 300, stopped: false };
    await using server = await serveHttp((_incoming, answer) => {
      const step = scraped.stopped ? 0 : Math.floor((performance.now() - started) / scraped.everyMs);
      answer.end(JSON.stringify({ data: { result: [{ value: [1_700_000_000.25, String(1_700_000_000.5 + step)] }] } }));
    });
    const grows = (stopped: Served): Measurement => ({
      kind: "heartbeat",
      write: undefined,
      read: request(stopped.port),
      field: "data.result.0.value.1",
      pollMs: 10,
    });
    const { rows } = await observe(commandOf([probe(grows(server), timing)]), ({ rows }) => rows().length >= 9);
    expect(kinds(rows())).to.deep.equal(["ok"]);
    const took = rows().map(([, ms]) => ms);
    expect(Math.max(...took)).to.be.within(200, 450);
    expect(Math.min(...took)).to.be.lessThan(150);
    scraped.stopped = true;
    const { rows: frozen } = await observe(commandOf([probe(grows(server), timing)]), ({ rows }) => rows().length >= 4);
    expect(kinds(frozen())).to.deep.equal(["late"]);
  });

  it("is wrong where a number is answered that was there before one seen already", async () => {
    const store = storeAt(0);
    let reads = 0;
    await using server = await serveHttp((incoming, answer) => {
      if (incoming.method === "GET") {
        reads += 1;
        // Every tenth answer comes from a replica that stands still.
        answer.end(JSON.stringify({ flag: { seen: reads % 10 === 0 ? 0 : store.value } }));
        return;
      }
      store.value = Number(incoming.url?.split("/").at(-1));
      answer.end();
    });
    const { rows } = await observe(commandOf([probe(heartbeat(server.port), timing)]), ({ rows }) => rows().length >= 10);
    expect(kinds(rows())).to.have.members(["ok", "wrong"]);
    expect(rows().find(([, , outcome]) => outcome === "wrong")?.[3]).to.match(/^0 after \d+$/u);
  });

  describe("with an expected answer", () => {
    const body = { replica: "app-1" };
    const expecting = (port: number, expect: { readonly write?: object; readonly read?: object }): HeartbeatMeasurement => ({
      kind: "heartbeat",
      write: request(port, { method: "PUT", path: "/flags/{n}", expect: { status: undefined, body: undefined, ...expect.write } }),
      read: request(port, { expect: { status: undefined, body: undefined, ...expect.read } }),
      field: "seen",
      pollMs: 10,
    });
    const serveReplicas = (writer: string, reader: string): Promise<Served> => {
      let seen = 0;
      return serveHttp((incoming, answer) => {
        if (incoming.method === "PUT") seen = Number(incoming.url?.split("/").at(-1));
        answer.end(JSON.stringify(incoming.method === "PUT" ? { replica: writer } : { replica: reader, seen }));
      });
    };

    it("is wrong where another replica shows the number", async () => {
      await using server = await serveReplicas("app-1", "app-2");
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { read: { body } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["wrong"]);
      expect(rows().find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("body.replica");
    });

    it("is wrong where another replica takes the write", async () => {
      await using server = await serveReplicas("app-2", "app-1");
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { write: { body } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["wrong"]);
      expect(rows().find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("body.replica");
    });

    it("is ok where both answers are the expected ones", async () => {
      await using server = await serveReplicas("app-1", "app-1");
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { write: { status: 200, body }, read: { status: 200, body } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["ok"]);
    });

    it("is wrong where the write was answered with another status than asked for, as for http", async () => {
      await using server = await serveReplicas("app-1", "app-1");
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { write: { status: 201 } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["wrong"]);
    });

    it("without a write: is wrong where the number of another host grows", async () => {
      let seen = 0;
      await using server = await serveHttp((_incoming, answer) => {
        seen += 1;
        answer.end(JSON.stringify({ replica: "app-2", seen }));
      });
      const grows: Measurement = { ...expecting(server.port, { read: { body } }), write: undefined };
      const { rows } = await observe(commandOf([probe(grows, timing)]), ({ rows }) => rows().length >= 4);
      expect(kinds(rows())).to.deep.equal(["wrong"]);
    });

    it("waits on where an answer shows no number, whoever gave it: a dashboard without the series is nobody else's", async () => {
      await using server = await serveHttp((_incoming, answer) => void answer.end('{"data":{"result":[]}}'));
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { read: { body } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["late"]);
    });

    it("waits on where a server says it cannot, though it names itself by another name", async () => {
      await using server = await serveHttp((incoming, answer) => {
        if (incoming.method === "GET") answer.statusCode = 503;
        answer.end(JSON.stringify({ replica: "app-2", seen: 1 }));
      });
      const { rows } = await observe(
        commandOf([probe(expecting(server.port, { read: { body } }), timing)]),
        ({ rows }) => rows().length >= 4,
      );
      expect(kinds(rows())).to.deep.equal(["late"]);
    });
  });
});
