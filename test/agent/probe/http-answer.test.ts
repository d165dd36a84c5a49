import { expect } from "chai";
import * as fc from "fast-check";
import { AnswerReader, bodyLimit } from "../../../src/agent/probe/http-answer.ts";
import type { Progress } from "../../../src/agent/probe/http-answer.ts";

const read = (...chunks: readonly string[]): Progress => {
  const reader = new AnswerReader();
  let progress: Progress = { state: "more" };
  for (const chunk of chunks) progress = reader.push(Buffer.from(chunk, "latin1"));
  return progress;
};
const answerOf = (progress: Progress): { readonly status: number; readonly body: string; readonly reusable: boolean } | string =>
  progress.state === "done"
    ? { ...progress.answer, body: progress.answer.body.toString("latin1") }
    : progress.state === "broken"
      ? progress.detail
      : "more";

const reusable = (text: string): unknown => Object(answerOf(read(text))).reusable;

describe("http answer", () => {
  const sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n';

  it("reads sized and chunked answers", () => {
    expect(answerOf(read(sized))).to.deep.equal({ status: 200, body: "hello", reusable: true });
    expect(answerOf(read(chunked))).to.deep.equal({ status: 200, body: '{"a":1}', reusable: true });
  });

  it("reads the same however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.constantFrom(sized, chunked), fc.array(fc.nat(120), { maxLength: 6 }), (text, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((one, other) => one - other), text.length];
        const parts = at
          .slice(1)
          .map((end, index) => text.slice(at[index], end))
          .filter((part) => part !== "");
        expect(answerOf(read(...parts))).to.deep.equal(answerOf(read(text)));
      }),
    );
  });

  it("skips announcements and knows answers without a body", () => {
    expect(answerOf(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))).to.deep.equal({
      status: 204,
      body: "",
      reusable: true,
    });
  });

  it("knows whether the connection may go on", () => {
    expect(reusable("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")).to.equal(false);
    expect(reusable("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")).to.equal(false);
    expect(reusable("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nbytes behind")).to.equal(false);
  });

  it("ends an answer with the connection only where it has no length", () => {
    const open = new AnswerReader();
    open.push(Buffer.from("HTTP/1.1 200 OK\r\n\r\nabc"));
    expect(answerOf(open.end())).to.deep.equal({ status: 200, body: "abc", reusable: false });
    const short = new AnswerReader();
    short.push(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
    expect(answerOf(short.end())).to.equal("closed early");
  });

  it("refuses what is no answer and what is too much", () => {
    expect(answerOf(read("SSH-2.0-OpenSSH_10.0\r\n\r\n"))).to.equal("not HTTP/1.1");
    expect(answerOf(read("x".repeat(20_000)))).to.equal("head too large");
    expect(answerOf(read(`HTTP/1.1 200 OK\r\nContent-Length: ${bodyLimit + 1}\r\n\r\n`))).to.equal("body too large");
    expect(answerOf(read("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(bodyLimit + 1)))).to.equal("body too large");
    expect(answerOf(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))).to.equal("bad chunk");
  });
});
