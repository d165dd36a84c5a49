// One conversation with an agent, in this process: what an order to be quiet ends.
import { expect } from "chai";
import { Session } from "../../src/agent/session.ts";
import type { Event } from "../../src/model/agent-protocol.ts";
import type { Witness } from "../../src/model/witness.ts";

const at = { component: "place" };
const traffic = { from: { component: "peer" }, network: "net", protocol: "udp", flows: "all", action: "drop", percent: 100 } as const;
const witness: Witness = { kind: "packets", id: "w1", changes: ["c1"], at, traffic, everyMs: 20 };

async function opened(): Promise<Session> {
  const events: Event[] = [];
  const session = new Session((event) => void events.push(event));
  await session.obey({ id: 1, do: "hello", originNs: "0", silenceMs: 8_000 });
  return session;
}

const watch = (session: Session, address: string): Promise<unknown> =>
  session.obey({ id: 2, do: "witness", witness, role: "answer", addresses: { place: { net: address } }, armed: [] });

/** Whether nothing is measured any more: a second hello is refused where something is. */
const isQuiet = async (session: Session): Promise<boolean> =>
  await session.obey({ id: 4, do: "hello", originNs: "0", silenceMs: 8_000 }).then(
    () => true,
    () => false,
  );

describe("a session of the agent", () => {
  it("ends what is still starting when it is told to be quiet", async () => {
    const session = await opened();
    const starting = watch(session, "127.0.0.1");
    await session.obey({ id: 3, do: "quiet" });
    await starting;
    expect(await isQuiet(session)).to.equal(true);
    // Its port is free again.
    await watch(session, "127.0.0.1");
    expect(await isQuiet(session)).to.equal(false);
    await session.obey({ id: 3, do: "disarm" });
  });

  it("is quiet where something did not start, and says so to whoever asked for it", async () => {
    const session = await opened();
    const starting = watch(session, "192.0.2.1").then(() => "started", String);
    await session.obey({ id: 3, do: "quiet" });
    expect(await starting).to.match(/EADDRNOTAVAIL/u);
    expect(await isQuiet(session)).to.equal(true);
  });
});
