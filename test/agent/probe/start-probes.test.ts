import { expect } from "chai";
import { seededFraction } from "../../../src/agent/probe/seeded.ts";
import { startProbes } from "../../../src/agent/probe/start-probes.ts";
import type { SignalInstance } from "../../../src/model/probe.ts";
import { JournalRecord } from "../../../src/model/record.ts";
import { commandOf, counts, http1, observe, probe, request, serveHttp } from "./fixture.ts";

const now = (): number => performance.now();
const block = (ms: number): void => {
  for (const until = now() + ms; now() < until;);
};

const signal = (instance: string, port: number, path: string): SignalInstance => ({
  instance,
  name: instance,
  component: "app",
  vantage: "user",
  everyMs: 50,
  deadlineMs: 400,
  request: request(port, { path }),
  healthy: { status: undefined, body: { health: "true" } },
});

describe("probes of a vantage", () => {
  it("records what signals claim: healthy, unhealthy or silent", async () => {
    await using server = await serveHttp((incoming, answer) => {
      if (incoming.url === "/silent") return;
      if (incoming.url === "/sick") answer.statusCode = 503;
      answer.end(JSON.stringify({ health: incoming.url === "/false" ? "false" : "true" }));
    });
    const names = ["good", "sick", "false", "silent"];
    const { claims } = await observe(commandOf([], { signals: names.map((name) => signal(name, server.port, `/${name}`)) }), ({ claims }) =>
      names.every((name) => claims(name).length > 3),
    );
    const words = names.map((name) => Object.keys(counts(claims(name))));
    expect(words).to.deep.equal([["healthy"], ["unhealthy"], ["unhealthy"], ["silent"]]);
  });

  it("misses what a blocked event loop touched, and the twin shows it", async () => {
    await using server = await serveHttp((_incoming, answer) => void setTimeout(() => answer.end("x"), 20));
    let blocked = false;
    const { rows, records } = await observe(commandOf([probe(http1(server.port))]), ({ rows }) => {
      if (rows().length > 20 && !blocked) {
        blocked = true;
        setTimeout(() => block(300), 15);
      }
      return rows().length > 100;
    });
    const twins = records.flatMap((record) => (record.type === "twin" ? record.rows : []));
    expect(Math.max(...twins.map(([, loop]) => loop))).to.be.within(250, 450);
    // Rows come every 100 ms, but for the one that was blocked itself.
    expect(twins.length).to.be.within(8, 16);
    const missed = rows().filter(([, , outcome]) => outcome === "missed");
    // 20 due in the first 200 ms started late; the two or three in flight when it began were touched; the rest started within a fifth of the deadline.
    expect(missed.length).to.be.within(18, 45);
    expect(missed.map(([, , , detail]) => detail)).to.include.members(["started late", "prober lagged"]);
    expect(rows().filter(([, took, outcome]) => outcome !== "missed" && took > 250)).to.deep.equal([]);
  });

  it("emits valid records about every 200 ms, rows in the order of their schedule", async () => {
    await using server = await serveHttp((_incoming, answer) => answer.end("x"));
    const { records } = await observe(commandOf([probe(http1(server.port))]), ({ rows }) => rows().length > 100);
    for (const record of records) JournalRecord.parse(record);
    const batches = records.filter((record) => record.type === "samples");
    expect(batches.length).to.be.within(4, 8);
    for (const { rows } of batches) expect(rows).to.deep.equal(rows.toSorted((one, other) => one[0] - other[0]));
  });

  it("hands over on stop what is in flight, and answers a second stop alike", async () => {
    await using server = await serveHttp((_incoming, answer) => void setTimeout(() => answer.end("x"), 300));
    const records: JournalRecord[] = [];
    const requested = Promise.withResolvers<void>();
    await using counting = await serveHttp((_incoming, answer) => (answer.end("x"), requested.resolve()));
    const running = startProbes(
      commandOf([probe(http1(server.port), { everyMs: 5_000 }), probe(http1(counting.port), { instance: "other" })], { seed: 3 }),
      { now, emit: (record) => records.push(record) },
    );
    await requested.promise;
    const began = now();
    await Promise.all([running.stop(), running.stop()]);
    expect(now() - began).to.be.lessThan(2_000);
    const rows = records.flatMap((record) => (record.type === "samples" && record.instance === "other" ? record.rows : []));
    expect(rows.length).to.be.greaterThan(0);
    const after = records.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(records.length).to.equal(after);
  });

  it("refuses an address that was not bound", () => {
    const command = commandOf([probe(http1(1))], { addresses: {} });
    expect(() => startProbes(command, { now, emit: () => undefined })).to.throw("no address of app on data was bound");
  });

  it("staggers by the seed and the name", () => {
    const fractions = Array.from({ length: 200 }, (_, index) => seededFraction(index % 5, `probe@app-${index}`));
    expect(seededFraction(1, "a")).to.equal(seededFraction(1, "a"));
    expect(seededFraction(1, "a")).to.not.equal(seededFraction(2, "a"));
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).to.equal(true);
    for (const quarter of [0, 1, 2, 3])
      expect(fractions.filter((fraction) => Math.floor(fraction * 4) === quarter).length).to.be.within(25, 75);
  });
});
