// What is given back to somebody else's containers before keeper and agents are removed, and what stays where that fails.
import { expect } from "chai";
import type Dockerode from "dockerode";
import { cleanup } from "../../../src/commands/cleanup.ts";
import type { Engine } from "../../../src/drivers/docker/engine.ts";
import { label, labelsOf, resourceName } from "../../../src/drivers/docker/labels.ts";
import { settleAttached } from "../../../src/drivers/docker/settle-attached.ts";
import type { Found } from "../../../src/drivers/docker/sweep.ts";

const session = "s1";
const container = (kind: "keeper" | "agent" | "vantage", name: string, attached?: string): Found => ({
  what: "container",
  id: resourceName(session, name),
  name: resourceName(session, name),
  labels: { ...labelsOf(session, "r1", kind, name), ...(attached !== undefined && { [label.attached]: attached }) },
});
const keeper = container("keeper", "keeper", "keeper");
const agent = container("agent", "cache-agent", "id-of-cache");
const user = container("vantage", "user");
const ledger: Found = {
  what: "volume",
  id: resourceName(session, "ledger"),
  name: resourceName(session, "ledger"),
  labels: labelsOf(session, "r1", "volume", "ledger"),
};

/** By container: the exit codes with which it is found, one after the other; each start goes on to the next. "running" is one that runs. */
function engineWith(codes: Readonly<Record<string, readonly (number | "running")[]>>): { readonly engine: Engine; readonly did: string[] } {
  const did: string[] = [];
  const at = new Map<string, number>();
  const one = (id: string) => ({
    inspect: async () => {
      const code = codes[id]?.[at.get(id) ?? 0] ?? 0;
      const state =
        code === "running" ? { Running: true, Status: "running", ExitCode: 0 } : { Running: false, Status: "exited", ExitCode: code };
      return { State: { Restarting: false, ...state }, Config: { Image: "toolbox" } };
    },
    start: async () => {
      did.push(`start ${id}`);
      at.set(id, (at.get(id) ?? 0) + 1);
    },
    remove: async () => void did.push(`remove ${id}`),
  });
  const list = async () => [keeper, agent, user].map(({ id, name, labels }) => ({ Id: id, Names: [`/${name}`], Labels: labels }));
  const docker = {
    getContainer: one,
    getVolume: one,
    listContainers: list,
    listNetworks: async () => [],
    listVolumes: async () => ({ Volumes: [{ Name: ledger.name, Labels: ledger.labels }] }),
  } as unknown as Dockerode;
  return { engine: { docker, cgroupVersion: 1, cgroupDriver: "cgroupfs" }, did };
}

describe("what a session holds of somebody else's containers", () => {
  it("is nothing where keeper and agents ended well", async () => {
    const { engine, did } = engineWith({});
    expect(await settleAttached(engine, [keeper, agent, user, ledger])).to.deep.equal([]);
    expect(did).to.deep.equal([]);
  });

  it("is given back by a keeper that is started again where it was killed", async () => {
    const { engine, did } = engineWith({ [keeper.id]: [137, 0] });
    expect(await settleAttached(engine, [keeper, agent])).to.deep.equal([]);
    expect(did).to.deep.equal([`start ${keeper.id}`]);
  });

  it("ends with the container of which it was held: a killed agent's tables went with it", async () => {
    const { engine, did } = engineWith({ [agent.id]: [137], "id-of-cache": [0] });
    expect(await settleAttached(engine, [agent])).to.deep.equal([]);
    expect(did).to.deep.equal([]);
  });

  it("keeps its keeper and its ledger where it cannot be given back, and cleanup says so", async () => {
    const { engine, did } = engineWith({ [keeper.id]: [137, 5] });
    const { errors, removed } = await cleanup({ session }, async () => engine);
    expect(errors).to.deep.equal([`${keeper.name}: the keeper could not undo all that its ledger holds`]);
    expect(removed.map(({ name }) => name)).to.have.members([agent.name, user.name]);
    expect(did).not.to.include(`remove ${keeper.id}`).and.not.to.include(`remove ${ledger.id}`);
  });

  it("of a target that planefault started is not asked for: it is removed with all that was done to it", async () => {
    const { engine, did } = engineWith({ [resourceName(session, "keeper")]: [137, 5] });
    expect(await settleAttached(engine, [container("keeper", "keeper")])).to.deep.equal([]);
    expect(did).to.deep.equal([]);
  });
});
