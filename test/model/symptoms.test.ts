import { expect } from "chai";
import { symptomsOf } from "../../src/model/symptoms.ts";
import type { Measurement } from "../../src/model/probe.ts";

const peer = { component: "app", network: "data" };
const endpoint = { ...peer, port: 7 };

describe("symptoms of a probe", () => {
  it("stale: numbers that grow only; wrong: where something is expected", () => {
    const shows = (measurement: Measurement): string => symptomsOf(measurement).slice(2).join(", ");
    expect(shows({ kind: "tcp", endpoint, expect: undefined })).to.equal("");
    expect(shows({ kind: "tcp", endpoint, expect: "SSH" })).to.equal("wrong");
    expect(shows({ kind: "exec", peer, run: ["true"], expect: undefined })).to.equal("");
    expect(shows({ kind: "exec", peer, run: ["true"], expect: { a: 1 } })).to.equal("wrong");
    expect(shows({ kind: "icmp", peer, sizeBytes: 56 })).to.equal("wrong");
    expect(shows({ kind: "udp", endpoint, send: "a", expect: "a" })).to.equal("wrong");
    expect(shows({ kind: "dns", endpoint, name: "a", addresses: [], components: ["app"] })).to.equal("wrong");
    const request = { endpoint, method: "GET", path: "/", body: undefined, expect: { status: undefined, body: undefined } } as const;
    expect(shows({ kind: "heartbeat", write: undefined, read: request, field: "n", pollMs: 10 })).to.equal("wrong, stale");
  });
});
