// Both ends of a disturbance witness on real sockets: what the sender counts is what the peer and the bystander did.
import { expect } from "chai";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { canaryPorts } from "../../../src/agent/canary-port.ts";
import { poll } from "../../../src/agent/poll.ts";
import { startWitness } from "../../../src/agent/witness/start-witness.ts";
import type { JournalRecord, WitnessRow } from "../../../src/model/record.ts";
import type { Witness } from "../../../src/model/witness.ts";

const address = "127.0.0.1";
const witness: Witness = {
  kind: "disturbance",
  id: "w1",
  changes: ["c1733"],
  at: { component: "place" },
  network: "net",
  peer: { component: "peer" },
  bystander: { component: "other" },
  disturbance: { kind: "duplicate", percent: 50 },
  everyMs: 10,
};
const rows: WitnessRow[] = [];
const context = {
  clock: { now: () => performance.now(), until: async () => undefined },
  changes: { firedAt: () => undefined, takeCalls: () => [] },
  emit: (record: JournalRecord) => void (record.type === "witness" && rows.push(...record.rows)),
};
const addresses = Object.fromEntries(["place", "peer", "other"].map((name) => [name, { net: address }]));
const start = (role: "answer" | "bystander" | "send", one = witness) =>
  startWitness({ do: "witness", witness: one, role, addresses, armed: [] }, context);
const values = (name: string): readonly number[] => rows.flatMap(([, { [name]: value }]) => (value === undefined ? [] : [value]));
const seen = async (count: number): Promise<void> => poll(`${count} rows`, 5_000, () => values("answers").length >= count, 50);

describe("a disturbance witness", function () {
  this.timeout(10_000);
  beforeEach(() => void rows.splice(0));

  it("counts one answer to each canary, to the peer and half as often to the bystander", async () => {
    const ends = [await start("answer"), await start("bystander")];
    const sender = await start("send");
    await seen(30);
    await sender.stop();
    for (const end of ends) await end.stop();
    expect(new Set(values("answers"))).to.deep.equal(new Set([1]));
    expect(new Set(values("bystanderAnswers"))).to.deep.equal(new Set([1]));
    expect(values("bystanderAnswers").length / values("answers").length).to.be.within(0.4, 0.6);
    expect(values("ms").length).to.equal(values("answers").length);
  });

  it("counts what is answered twice, and who was overtaken", async () => {
    const peer = createSocket("udp4").bind(canaryPorts("c1733").canary, address);
    await once(peer, "listening");
    // Two canaries wait for the third, and come back in reverse, the third one twice.
    let waiting: { readonly text: Buffer; readonly port: number }[] = [];
    peer.on("message", (text, { port }) => {
      waiting.push({ text, port });
      const last = waiting[2];
      if (!last) return;
      for (const one of [last, ...waiting.toReversed()]) peer.send(one.text, one.port, address);
      waiting = [];
    });
    const sender = await start("send", { ...witness, bystander: undefined });
    await seen(30);
    await sender.stop();
    peer.close();
    const [answers, overtaken] = [values("answers"), values("overtaken")];
    expect(answers.slice(0, 6)).to.deep.equal([1, 1, 2, 1, 1, 2]);
    expect(overtaken.slice(0, 6)).to.deep.equal([1, 1, 0, 1, 1, 0]);
    expect(values("bystanderAnswers")).to.deep.equal([]);
  });

  it("needs an address for everybody, and a bystander where it is told to be one", async () => {
    const nobody = { ...witness, peer: { component: "gone" } };
    expect(await start("send", nobody).then(() => "started", String)).to.contain("gone, whom witness w1 needs, has no address on net");
    expect(await start("bystander", { ...witness, bystander: undefined }).then(() => "started", String)).to.contain("has no bystander");
  });
});
