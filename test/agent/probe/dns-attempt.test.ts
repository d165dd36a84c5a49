import { expect } from "chai";
import type { Measurement } from "../../../src/model/probe.ts";
import { type Bound, commandOf, counts, observe, probe, serveUdp } from "./fixture.ts";

/** The question sent back with a code and, where there are some, addresses. */
function answerTo(question: Buffer, code: number, addresses: readonly string[] = []): Buffer {
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8400 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const end = question.indexOf(0, 12) + 5;
  // A pointer to the name, type A, class IN, a time to live of 60 s, four bytes.
  const records = addresses.map((address) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split(".").map(Number)]));
  return Buffer.concat([head, question.subarray(12, end), ...records]);
}

const dns = (server: Bound): Measurement => ({
  kind: "dns",
  endpoint: { component: "app", network: "data", port: server.port },
  name: "www.planefault.test",
  addresses: ["192.0.2.1"],
  components: ["app"],
});
const kinds = (rows: Parameters<typeof counts>[0]): readonly string[] => Object.keys(counts(rows)).filter((word) => word !== "missed");

describe("dns probe", () => {
  it("wants every address of the answer to be an expected one, or one of an expected component", async () => {
    await using right = await serveUdp((question, answer) => answer(answerTo(question, 0, ["192.0.2.1", "127.0.0.1"])));
    await using wrong = await serveUdp((question, answer) => answer(answerTo(question, 0, ["192.0.2.1", "192.0.2.9"])));
    const { rows } = await observe(
      commandOf([probe(dns(right), { instance: "right" }), probe(dns(wrong), { instance: "wrong" })]),
      ({ rows }) => rows("right").length > 5 && rows("wrong").length > 5,
    );
    expect(kinds(rows("right"))).to.deep.equal(["ok"]);
    expect(kinds(rows("wrong"))).to.deep.equal(["wrong"]);
    expect(rows("wrong").find(([, , outcome]) => outcome === "wrong")?.[3]).to.equal("192.0.2.9");
  });

  it("is failed where the server says no or the port is closed, with the reason", async () => {
    const codes = { ENOTFOUND: 3, ESERVFAIL: 2, EREFUSED: 5, ENODATA: 0 } as const;
    for (const [word, code] of Object.entries(codes)) {
      await using server = await serveUdp((question, answer) => answer(answerTo(question, code)));
      const { rows } = await observe(commandOf([probe(dns(server))]), ({ rows }) => rows().length > 3);
      expect(kinds(rows()), word).to.deep.equal(["failed"]);
      expect(rows().find(([, , outcome]) => outcome === "failed")?.[3]).to.equal(word);
    }
    const gone = await serveUdp(() => undefined);
    await gone[Symbol.asyncDispose]();
    const { rows } = await observe(commandOf([probe(dns(gone))]), ({ rows }) => rows().length > 3);
    expect(rows().find(([, , outcome]) => outcome === "failed")?.[3]).to.equal("ECONNREFUSED");
  });

  it("asks once per sample, holds to its schedule while nobody answers, and takes a slow answer's time as it was", async () => {
    const questions: number[] = [];
    await using silent = await serveUdp(() => void questions.push(performance.now()));
    await using slow = await serveUdp((question, answer) => setTimeout(() => answer(answerTo(question, 0, ["192.0.2.1"])), 80));
    const { rows } = await observe(
      commandOf([
        probe(dns(silent), { instance: "silent", everyMs: 50, deadlineMs: 400 }),
        probe(dns(slow), { instance: "slow", everyMs: 50, deadlineMs: 400 }),
      ]),
      ({ rows }) => rows("silent").length >= 20,
    );
    expect(kinds(rows("silent"))).to.deep.equal(["late"]);
    const late = rows("silent").filter(([, , outcome]) => outcome === "late").length;
    expect(questions.length).to.be.within(late, rows("silent").length);
    const gaps = rows("silent").map(([at], index, all) => at - (all[index - 1]?.[0] ?? at - 50));
    // A sample that a busy machine cost leaves a gap of two periods, and never one of its own length.
    for (const gap of gaps) expect(Math.abs(gap - 50 * Math.round(gap / 50)), `${gap}`).to.be.below(0.1);
    expect(kinds(rows("slow"))).to.deep.equal(["ok"]);
    for (const [, took, outcome] of rows("slow")) if (outcome === "ok") expect(took).to.be.within(78, 400);
  });

  it("remembers nothing from one sample to the next", async () => {
    let asked = 0;
    await using server = await serveUdp((question, answer) =>
      answer(answerTo(question, 0, [(asked += 1) > 5 ? "192.0.2.9" : "192.0.2.1"])),
    );
    const { rows } = await observe(commandOf([probe(dns(server))]), ({ rows }) => rows().length > 12);
    expect(kinds(rows())).to.have.members(["ok", "wrong"]);
  });
});
