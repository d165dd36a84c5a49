import { expect } from "chai";
import { readComplaints, readLine } from "../../../src/agent/probe/fping-output.ts";

describe("fping's output", () => {
  it("has a line for each reply and each timeout", () => {
    expect(readLine("[1585061216.81411] 10.0.0.1 : [0], 64 bytes, 0.590 ms (0.590 avg, 0% loss)")).to.deep.equal({
      kind: "reply",
      n: 0,
      receivedMs: 1_585_061_216_814.11,
      tookMs: 0.59,
    });
    expect(readLine("[1585061217.78326] 10.0.0.1 : [12], timed out (NaN avg, 100% loss)")).to.deep.equal({
      kind: "timeout",
      n: 12,
      atMs: 1_585_061_217_783.26,
    });
    expect(readLine("10.0.0.1 : xmt/rcv/%loss = 1/1/0%")).to.equal(undefined);
  });

  it("complains of answers from elsewhere and of ICMP errors on another stream, in which lines do not end", () => {
    expect(
      readComplaints(
        " [<- 10.0.0.9] [<- 10.0.0.8]ICMP Host Unreachable from 10.0.0.2 for ICMP Echo sent to 10.0.0.1\nfping: something else\n",
      ),
    ).to.deep.equal([
      { kind: "foreign", address: "10.0.0.9" },
      { kind: "foreign", address: "10.0.0.8" },
      { kind: "refused", detail: "Host Unreachable from 10.0.0.2" },
    ]);
  });
});
