// Which row of the engine's table of processes is meant, and which containers belong to which session.
import { expect } from "chai";
import { findPid, lookUpTarget, type Reader } from "../../../src/drivers/docker/live-lookup.ts";
import { currentOwner, label } from "../../../src/drivers/docker/labels.ts";
import { pair } from "./stacks.ts";

const Titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
const row = (pid: number, command: string): readonly string[] => ["root", String(pid), "1", "0", "12:00", "?", "00:00:00", command];

describe("a look at a running target", () => {
  it("finds a process by the file it was started from, its options and a daemon's colon aside", () => {
    const Processes = [
      row(7, "/sbin/docker-init -- start"),
      row(8, "/usr/bin/etcd --name etcd-1"),
      row(9, "sshd: /usr/sbin/sshd -D [listener]"),
      row(10, "/usr/bin/etcd --name second"),
    ];
    expect(findPid({ Titles, Processes }, "etcd")).to.equal(8);
    expect(findPid({ Titles, Processes }, "/usr/bin/etcd")).to.equal(8);
    expect(findPid({ Titles, Processes }, "/usr/sbin/sshd")).to.equal(9);
    expect(findPid({ Titles, Processes }, "etc")).to.equal(undefined);
  });

  it("keeps sessions and variants apart, and says what is stopped or not there", async () => {
    const listed = [
      ["one", "store", "running", "pair"],
      ["two", "store", "exited", "pair"],
      ["two", "server", "running", "pair"],
      ["slow", "store", "running", "pair/slow"],
      ["over", "store", "exited", "pair"],
    ].map(([session, name, state, target]) => ({
      Id: `id-${session}-${name}`,
      Created: session === "one" ? 2 : 1,
      State: state,
      Labels: {
        [label.session]: session,
        [label.name]: name,
        [label.kind]: "component",
        [label.target]: target,
        [label.owner]: session === "one" ? currentOwner() : "",
      },
      NetworkSettings: { Networks: { [`pf-${session}-control`]: { IPAddress: state === "running" ? "10.64.2.11" : "" } } },
    }));
    // The part of the engine's client that a look may use.
    const reader = {
      listContainers: async () => listed,
      getContainer: (id: string) => ({
        inspect: async () => ({
          Name: `/pf-${id.slice(3)}`,
          State: { Running: id === "id-one-store", Pid: 4_242, Status: id === "id-one-store" ? "running" : "exited" },
        }),
        top: async () => ({ Titles, Processes: [row(4_300, "sleep 3600")] }),
      }),
    } as unknown as Reader;
    const found = await lookUpTarget(reader, pair, [{ component: "store", process: "store" }, { component: "server" }]);
    expect(found.map((one) => "session" in one && [one.session, one.harness])).to.deep.equal([
      ["one", "alive"],
      ["two", "gone"],
    ]);
    const [[store, server] = [], [stopped] = []] = found.map(({ places }) => places);
    expect(store?.container).to.include({ name: "pf-one-store", state: "running" });
    expect([store?.pid, store?.container?.addresses]).to.deep.equal([4_300, { control: "10.64.2.11" }]);
    expect([stopped?.container?.state, stopped?.pid]).to.deep.equal(["exited", undefined]);
    expect(server).to.deep.include({ container: undefined, pid: undefined });
  });
});
