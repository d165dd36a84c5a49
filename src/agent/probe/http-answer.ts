// Reads one HTTP/1.1 answer from the bytes of a connection. Ours instead of node:http, which costs twice the processor time
// at 1000 samples per second (bench/probe-rate.ts) and decides by itself who closes a connection.

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** The connection may carry another request. */
  readonly reusable: boolean;
}

export type Progress =
  | { readonly state: "more" }
  | { readonly state: "done"; readonly answer: Answer }
  | { readonly state: "broken"; readonly detail: string };

interface Head {
  readonly status: number;
  readonly framing: "length" | "chunked" | "close";
  readonly length: number;
  readonly keepAlive: boolean;
}

const more: Progress = { state: "more" };
const broken = (detail: string): Progress => ({ state: "broken", detail });
const nothing = Buffer.alloc(0);
const headLimit = 16_384;
export const bodyLimit = 1_048_576;

export class AnswerReader {
  #bytes: Buffer = nothing;
  #head: Head | undefined;

  push(chunk: Buffer): Progress {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (this.#head === undefined) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return this.#bytes.length > headLimit ? broken("head too large") : more;
      const head = parseHead(this.#bytes.toString("latin1", 0, end));
      if (head === undefined) return broken("not HTTP/1.1");
      this.#bytes = this.#bytes.subarray(end + 4);
      // 1xx is an announcement, the answer follows.
      if (head.status >= 200) this.#head = head;
    }
    if (this.#bytes.length > bodyLimit || (this.#head.framing === "length" && this.#head.length > bodyLimit))
      return broken("body too large");
    switch (this.#head.framing) {
      case "length":
        return this.#bytes.length < this.#head.length
          ? more
          : done(this.#head, this.#bytes.subarray(0, this.#head.length), this.#bytes.length === this.#head.length);
      case "chunked":
        return dechunk(this.#head, this.#bytes);
      case "close":
        return more;
    }
  }

  /** The peer closed: an answer only where its end was to be marked by that. */
  end(): Progress {
    return this.#head?.framing === "close" ? done(this.#head, this.#bytes, false) : broken("closed early");
  }
}

function done(head: Head, body: Buffer, nothingBehind: boolean): Progress {
  return { state: "done", answer: { status: head.status, body, reusable: head.keepAlive && nothingBehind } };
}

function parseHead(text: string): Head | undefined {
  const lines = text.split("\r\n");
  const start = /^HTTP\/1\.([01]) (\d{3})(?: |$)/u.exec(lines[0] ?? "");
  if (!start) return undefined;
  const status = Number(start[2]);
  let keepAlive = start[1] === "1";
  let framing: Head["framing"] = "close";
  let length = 0;
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    if (name === "connection") keepAlive = value === "keep-alive" || (keepAlive && value !== "close");
    else if (name === "transfer-encoding") framing = "chunked";
    else if (name === "content-length" && framing !== "chunked") {
      if (!/^\d{1,12}$/u.test(value)) return undefined;
      framing = "length";
      length = Number(value);
    }
  }
  return status === 204 || status === 304 ? { status, framing: "length", length: 0, keepAlive } : { status, framing, length, keepAlive };
}

/** From the first chunk each time: answers of probes are small, and `bodyLimit` bounds the rest. */
function dechunk(head: Head, bytes: Buffer): Progress {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return more;
    const size = /^[0-9a-f]{1,8}/iu.exec(bytes.toString("latin1", at, Math.min(lineEnd, at + 16)))?.[0];
    if (size === undefined) return broken("bad chunk");
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      // "0\r\n\r\n", or trailers up to an empty line.
      const end = bytes.indexOf("\r\n\r\n", lineEnd);
      return end < 0 ? more : done(head, Buffer.concat(parts), end + 4 === bytes.length);
    }
    const next = lineEnd + 2 + length + 2;
    if (bytes.length < next) return more;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = next;
  }
}
