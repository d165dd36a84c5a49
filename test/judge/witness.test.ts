import { expect } from "chai";
import type { Traffic } from "../../src/model/op.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Witness } from "../../src/model/witness.ts";
import { diskPressure, partAt, seeded, throttled, times } from "./journal-builder.ts";
import { leaksSeen, shotEarlier, stateOf } from "./witness-state.ts";

describe("packets witness", () => {
  const traffic: Traffic = {
    from: { component: "user" },
    network: "data",
    protocol: "tcp",
    port: 8080,
    flows: "all",
    action: "drop",
    percent: 30,
  };
  const witness = (percent: number): Witness => ({
    kind: "packets",
    everyMs: 20,
    id: "w1",
    changes: ["c1"],
    at: { component: "app-1" },
    traffic: { ...traffic, percent },
  });
  const losing = (share: number, elsewhere = 0, bystanders = 0) => {
    const random = seeded(5);
    return (at: number) => {
      const loss = partAt(at) === "fault" && at > times.fault ? share : elsewhere;
      const lost = (chance: number) => Array.from({ length: 50 }, random).filter((value) => value < chance).length;
      return {
        sent: 50,
        received: 50 - lost(loss),
        bystanderSent: 50,
        bystanderReceived: 50 - lost(partAt(at) === "fault" ? bystanders : 0),
      };
    };
  };

  it("acts where the asked share is lost, and none outside", () => {
    expect(stateOf(witness(30), losing(0.3))).equal("acted gone fair");
    expect(stateOf(witness(100), losing(1))).equal("acted gone fair");
  });
  it("does not act at another strength", () => {
    expect(stateOf(witness(30), losing(0.1))).equal("idle gone fair");
    expect(stateOf(witness(30), losing(0.6))).equal("idle gone fair");
    expect(stateOf(witness(100), losing(0.9))).equal("idle gone fair");
    expect(stateOf(witness(5), losing(0))).equal("idle gone fair");
    expect(stateOf(witness(2), losing(0))).equal("idle gone fair");
  });
  it("is not gone, and was no fault of ours, where packets are lost outside too", () => {
    expect(stateOf(witness(30), losing(0.3, 0.3))).equal("idle there fair");
  });
  it("is not gone where it went on for a moment, however long nothing was lost afterwards", () => {
    const honest = losing(0.3);
    const late = losing(0, 0.3);
    expect(stateOf(witness(30), (at) => (at > times.undone && at < times.undone + 2_500 ? late(at) : honest(at)))).equal(
      "acted there fair",
    );
  });
  it("sees harm to packets that the rule should have passed", () => {
    expect(stateOf(witness(30), losing(0.3, 0, 0.3))).equal("acted gone harm");
  });
  it("has not been seen to act alone where bystanders are due and too few were sent", () => {
    const few = (bystanders: number) => {
      const lossy = losing(0.3);
      return (at: number) => ({ ...lossy(at), bystanderSent: at === 20_000 ? bystanders : 0, bystanderReceived: 0 });
    };
    expect(stateOf(witness(30), few(0))).equal("idle gone fair");
    expect(stateOf(witness(30), few(9))).equal("idle gone fair");
    expect(stateOf(witness(30), few(10))).equal("acted gone harm");
  });
  it("needs no bystanders where every port is hit", () => {
    const all: Witness = {
      kind: "packets",
      everyMs: 20,
      id: "w1",
      changes: ["c1"],
      at: { component: "app-1" },
      traffic: { ...traffic, protocol: "any", port: undefined, percent: 30 },
    };
    const lossy = losing(0.3);
    const alone = (at: number) => {
      const { sent, received } = lossy(at);
      return { sent, received };
    };
    expect(stateOf(all, alone)).equal("acted gone fair");
  });
  it("acts on any protocol only where datagrams and connections are lost alike; older journals count one of them", () => {
    const any: Witness = {
      kind: "packets",
      everyMs: 20,
      id: "w1",
      changes: ["c1"],
      at: { component: "app-1" },
      traffic: { ...traffic, protocol: "any", port: undefined, percent: 30 },
    };
    const both = (datagrams: number, connections: number, outside = 0, sent?: number) => {
      const [one, other] = [losing(datagrams), losing(connections, outside)];
      return (at: number) => ({
        sent: one(at).sent,
        received: one(at).received,
        connectionSent: sent ?? other(at).sent,
        connectionReceived: sent ?? other(at).received,
      });
    };
    expect(stateOf(any, both(0.3, 0.3))).equal("acted gone fair");
    expect(stateOf(any, both(0.3, 0))).equal("idle gone fair");
    expect(stateOf(any, both(0, 0.3))).equal("idle gone fair");
    expect(stateOf(any, both(0.3, 0.3, 0.3))).equal("idle there fair");
    expect(stateOf(any, both(0.3, 0, 0, 0))).equal("idle there fair");
  });
  it("without canaries nothing is known", () => {
    expect(stateOf(witness(30), () => undefined)).equal("idle there fair");
  });
  it("has not seen what lies between two looks, nor what few packets cannot tell from nothing", () => {
    const hit = losing(0.3);
    expect(stateOf(witness(30), (at) => (at > 15_000 && at < 25_000 ? undefined : hit(at)))).equal("idle gone fair");
    const few = (at: number) => (partAt(at) === "recovery" ? (at < 35_000 ? { sent: 5, received: 5 } : { sent: 0, received: 0 }) : hit(at));
    expect(stateOf(witness(30), few)).equal("acted there fair");
  });
});

describe("disk witness", () => {
  const [witness] = diskPressure.witnesses;
  if (witness?.kind !== "disk") throw new Error("the plan has a disk witness");
  it("acts where writes crawl at the limit", () => {
    expect(stateOf(witness, (at) => throttled(witness, at))).equal("acted gone fair");
  });
  it("does not act where only the rate is low: an idle disk stays below any limit", () => {
    expect(stateOf(witness, (at) => ({ ...throttled(witness, at), writeMs: 8 }))).equal("idle gone fair");
  });
  it("does not act where writes crawl and the limit is exceeded: the disk was slow by itself", () => {
    expect(stateOf(witness, (at) => ({ ...throttled(witness, at), ios: at / 10 }))).equal("idle gone fair");
  });
  it("does not act where nobody wants what the limit forbids, however the canary crawls", () => {
    const wanting = (iops: number) => (at: number) => ({ ...throttled(witness, at), ios: (iops * at) / 1_000 });
    expect(stateOf(witness, wanting(3))).equal("idle gone fair");
    expect(stateOf(witness, wanting(5))).equal("acted gone fair");
  });
  it("does not act at a limit that does not bite: a few milliseconds are no crawl", () => {
    const generous: Witness = { ...witness, writeIops: 100 };
    const at80 = (writeMs: number) => (at: number) => ({
      ...throttled(witness, at),
      ios: 80 * (at / 1_000),
      writeMs: partAt(at) === "fault" ? writeMs : 1,
    });
    expect(stateOf(generous, at80(12))).equal("idle gone fair");
    expect(stateOf(generous, at80(40))).equal("acted gone fair");
  });
  it("has not seen what lies between two looks", () => {
    expect(stateOf(witness, (at) => (at > 15_000 && at < 25_000 ? undefined : throttled(witness, at)))).equal("idle gone fair");
  });
  const without =
    (name: "ios" | "bystanderMs", where: (at: number) => boolean = () => true) =>
    (at: number) =>
      Object.fromEntries(Object.entries(throttled(witness, at)).filter(([key]) => key !== name || !where(at)));
  it("has not been seen to act where the rate is unknown", () => {
    expect(stateOf(witness, without("ios"))).equal("idle gone fair");
    expect(
      stateOf(
        witness,
        without("ios", (at) => at !== 20_000),
      ),
    ).equal("idle gone fair");
  });
  it("has not been seen to act alone where no bystander wrote before", () => {
    expect(stateOf(witness, without("bystanderMs"))).equal("idle gone fair");
    expect(
      stateOf(
        witness,
        without("bystanderMs", (at) => partAt(at) === "baseline"),
      ),
    ).equal("idle gone fair");
  });
  it("does harm where a bystander that wrote before does not write any more", () => {
    expect(
      stateOf(
        witness,
        without("bystanderMs", (at) => partAt(at) === "fault"),
      ),
    ).equal("acted gone harm");
  });
  it("is not doubted for a write that the undo set free early", () => {
    // Two writes in the whole fault, as the agent does; the second one began 5 ms before the undo.
    const seldom = (at: number): number | undefined => (partAt(at) !== "fault" ? 8 : at === 12_000 ? 900 : at === 31_000 ? 10 : undefined);
    const rows = (at: number) => {
      const { writeMs: _, ...others } = throttled(witness, at);
      const writeMs = seldom(at);
      return writeMs === undefined ? others : { ...others, writeMs };
    };
    expect(stateOf(witness, rows)).equal("acted gone fair");
  });
  it("proves no leak by a slow write or two of a run that ended at once, and by more of them one", () => {
    const slowFor = (ms: number) => (at: number) =>
      at > times.undone + ms ? undefined : { ...throttled(witness, at), writeMs: at > times.fault ? 900 : 8 };
    expect(leaksSeen(witness, slowFor(3_500))).to.deep.equal([]);
    expect(leaksSeen(witness, slowFor(20_000))).to.have.length(1);
  });
  it("is not excused by one stalled write before", () => {
    expect(stateOf(witness, (at) => ({ ...throttled(witness, at), writeMs: at === 3_000 || at > times.fault ? 900 : 8 }))).equal(
      "acted there fair",
    );
  });
});

describe("process witness", () => {
  const witness: Witness = { kind: "process", id: "w1", changes: ["c1"], at: { component: "etcd-1", process: "etcd" } };
  const stopped =
    (sameStart = 1, after = 0) =>
    (at: number) => ({ stopped: at < times.fault ? 0 : partAt(at) === "fault" ? 1 : after, sameStart });
  it("acts where it is stopped throughout and runs after", () => {
    expect(stateOf(witness, stopped())).equal("acted gone fair");
  });
  it("does not act where it ran meanwhile, or was another process", () => {
    expect(stateOf(witness, (at) => ({ stopped: partAt(at) === "fault" && at < 20_000 ? 1 : 0, sameStart: 1 }))).equal("idle gone fair");
    expect(stateOf(witness, stopped(0))).equal("idle gone fair");
  });
  it("has not seen what lies between two looks", () => {
    const look = stopped();
    expect(stateOf(witness, (at) => (at > 12_500 && at < times.undo ? undefined : look(at)))).equal("idle gone fair");
  });
  it("has not been seen to act in a pause so short that no look fell into it, nor without a look before", () => {
    const late = (record: JournalRecord): JournalRecord => (record.type === "fired" ? { ...record, doneAt: times.undone - 500 } : record);
    expect(stateOf(witness, stopped(), late)).equal("idle gone fair");
    const look = stopped();
    expect(stateOf(witness, (at) => (at < times.fault ? undefined : look(at)))).equal("idle gone fair");
  });
  it("is not gone where it is still stopped", () => {
    expect(stateOf(witness, stopped(1, 1))).equal("acted there fair");
  });
  it("acts where it was seen stopped between the shot and its answer: that is no part of the baseline", () => {
    const early = (at: number) => (at >= times.fault - 2_000 ? stopped(1, 0)(Math.max(at, times.fault)) : stopped(1, 0)(at));
    expect(stateOf(witness, early, shotEarlier(2_500))).equal("acted gone fair");
    expect(stateOf(witness, early)).equal("idle gone fair");
  });
  it("is not gone where it went on only some time after the undo said so", () => {
    expect(stateOf(witness, (at) => ({ stopped: at >= times.fault && at < times.undone + 2_000 ? 1 : 0, sameStart: 1 }))).equal(
      "acted there fair",
    );
  });
});
