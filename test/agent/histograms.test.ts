import { createServer } from "node:http";
import { once } from "node:events";
import { expect } from "chai";
import { histogramReader, means } from "../../src/agent/histograms.ts";

const text = (seconds: number, count: number): string =>
  `# HELP fsync_seconds x\nfsync_seconds_bucket{le="1"} 3\nfsync_seconds_sum ${seconds}\nfsync_seconds_count ${count}\nfsync_seconds_count_total 900\n`;

describe("histograms", () => {
  it("are means of what came since the last reading, in milliseconds", () => {
    const before = new Map();
    expect(means({ fsync: "fsync_seconds" }, text(1, 100), before)).to.deep.equal({});
    expect(means({ fsync: "fsync_seconds" }, text(2, 104), before)).to.deep.equal({ fsyncMs: 250 });
    expect(means({ fsync: "fsync_seconds" }, text(2, 104), before)).to.deep.equal({});
  });

  it("add up the series of one metric", () => {
    const before = new Map();
    means(
      { a: "a_seconds" },
      'a_seconds_sum{x="1"} 1\na_seconds_sum{x="2"} 1\na_seconds_count{x="1"} 1\na_seconds_count{x="2"} 1\n',
      before,
    );
    const later = 'a_seconds_sum{x="1"} 2\na_seconds_sum{x="2"} 3\na_seconds_count{x="1"} 2\na_seconds_count{x="2"} 3\n';
    expect(means({ a: "a_seconds" }, later, before)).to.deep.equal({ aMs: 1_000 });
  });

  it("are read over loopback, and nothing is said where nobody answers", async () => {
    let asked = 0;
    const server = createServer((_, answer) => {
      asked += 1;
      answer.end(text(asked, asked * 2));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const reader = histogramReader({ port, path: "/metrics", histograms: { fsync: "fsync_seconds" } }, 20);
    const endAt = performance.now() + 5_000;
    while (reader.latest()["fsyncMs"] === undefined && performance.now() < endAt) await new Promise((resolve) => setImmediate(resolve));
    expect(reader.latest()).to.deep.equal({ fsyncMs: 500 });
    server.closeAllConnections();
    server.close();
    while (reader.latest()["fsyncMs"] !== undefined && performance.now() < endAt) await new Promise((resolve) => setImmediate(resolve));
    expect(reader.latest()).to.deep.equal({});
    reader.stop();
  });
});
