import { EventEmitter, once } from "node:events";
import { expect } from "chai";
import type { JournalRecord } from "../../src/model/record.ts";
import {
  startEvidence,
  parseInterfaces,
  parseOperations,
  parsePairs,
  parsePressure,
  parseQueues,
  parseThrottle,
} from "../../src/agent/evidence.ts";

describe("evidence", () => {
  it("reads pairs of lines", () =>
    expect(parsePairs("Tcp: A RetransSegs\nTcp: 1 22\n")).to.deep.equal({ "Tcp.A": 1, "Tcp.RetransSegs": 22 }));
  it("reads drops of interfaces but loopback", () =>
    expect(
      parseInterfaces("h\nh\n    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"),
    ).to.deep.equal({ "eth0.receiveDrops": 4, "eth0.sendDrops": 12 }));
  it("adds up what waits in sockets, listening ones left out", () =>
    expect(
      parseQueues(
        "  sl  local_address\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000007 00\n   1: 0100007F:1F90 0100007F:A 01 00000010:00000002 00\n",
      ),
    ).to.deep.equal({ tcpSendQueueBytes: 16, tcpReceiveQueueBytes: 2 }));
  it("reads stalled time", () =>
    expect(
      parsePressure("io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n"),
    ).to.deep.equal({ "pressure.io.someUs": 7, "pressure.io.fullUs": 3 }));
  it("reads all operations of a cgroup", () =>
    expect(parseThrottle("254:0 Write 7\n254:0 Total 7\nTotal 9\n")).to.deep.equal({ diskOperations: 9 }));
  it("adds up the operations of all disks where version 2 counts them", () => {
    expect(parseOperations("254:0 rbytes=1 wbytes=2 rios=3 wios=44 dbytes=0 dios=0\n7:0 rios=1 wios=2\n")).to.deep.equal({
      diskOperations: 50,
    });
    expect(parseOperations("")).to.deep.equal({});
  });
  it("leaves out what the kernel does not have", () =>
    expect({ ...parsePairs(""), ...parseInterfaces(""), ...parsePressure("io", ""), ...parseThrottle("") }).to.deep.equal({}));
  it("asks for queues, which costs the kernel a walk through all sockets, once in five readings", async () => {
    const rows: JournalRecord[] = [];
    const arrivals = new EventEmitter();
    const running = startEvidence(
      { do: "evidence", component: "server", metrics: undefined, everyMs: 1 },
      { now: () => 0, until: async () => undefined },
      (record) => void (rows.push(record), arrivals.emit("row")),
    );
    while (rows.length < 6) await once(arrivals, "row", { signal: AbortSignal.timeout(5_000) });
    await running.stop();
    const asked = rows.slice(0, 6).map((row) => row.type === "evidence" && "tcpSendQueueBytes" in row.values);
    expect(asked).to.deep.equal([true, false, false, false, false, true]);
  });
});
