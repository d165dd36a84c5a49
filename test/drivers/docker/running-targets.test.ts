// Which of an engine's containers are running targets: by label, per session, newest first.
import { expect } from "chai";
import { currentOwner, label } from "../../../src/drivers/docker/labels.ts";
import { PlanefaultError } from "../../../src/model/error.ts";
import { findRunningTargets } from "../../../src/drivers/docker/running-targets.ts";

interface Given {
  readonly session: string;
  readonly name: string;
  readonly kind?: string;
  readonly target?: string;
  readonly state?: string;
  readonly created?: number;
  readonly owner?: string;
}

const container = ({ session, name, kind = "component", target = "pair", state = "running", created = 1, owner = "" }: Given) => ({
  Id: `id-${session}-${name}`,
  Created: created,
  State: state,
  Labels: { [label.session]: session, [label.name]: name, [label.kind]: kind, [label.target]: target, [label.owner]: owner },
  NetworkSettings: { Networks: { [`pf-${session}-data`]: { IPAddress: state === "running" ? "10.64.2.10" : "" } } },
});

const find = (given: readonly Given[], variant?: string) =>
  findRunningTargets({ listContainers: async () => given.map(container) } as never, "pair", variant);

describe("running targets", () => {
  it("are those of the name with a component that runs, the newest first", async () => {
    const found = await find([
      { session: "old", name: "store", created: 5 },
      { session: "new", name: "store", created: 9, owner: currentOwner() },
      { session: "dead", name: "store", state: "exited" },
      { session: "other", name: "store", target: "pairs" },
    ]);
    expect(found.map(({ session, harness }) => [session, harness])).to.deep.equal([
      ["new", "alive"],
      ["old", "gone"],
    ]);
    expect(found[0]?.components).to.deep.equal([
      { name: "store", id: "id-new-store", state: "running", addresses: { data: "10.64.2.10" } },
    ]);
  });

  it("are not known where the engine refuses to list them, which is said with a hint", async () => {
    const refused = Object.assign(new Error("(HTTP code 500) server error - database is locked"), { statusCode: 500 });
    const error = await findRunningTargets({ listContainers: () => Promise.reject(refused) }, "pair", undefined).catch(
      (caught: unknown) => caught,
    );
    if (!(error instanceof PlanefaultError)) throw new Error(`expected an error with a hint and saw ${String(error)}`);
    expect([error.code, error.exitCode]).to.deep.equal(["engine", 4]);
    expect(error.message).to.contain("the engine's list of containers").and.to.contain("database is locked");
    expect(error.hint).to.contain("planefault doctor");
  });

  it("say their variant, and are of one variant where it is asked for", async () => {
    const both = [
      { session: "one", name: "store" },
      { session: "two", name: "store", target: "pair/slow" },
    ];
    expect((await find(both)).map(({ variant }) => variant)).to.deep.equal([undefined, "slow"]);
    expect((await find(both, "slow")).map(({ session }) => session)).to.deep.equal(["two"]);
  });

  it("keep what has ended among the components and not among the vantages, since nobody can look from there", async () => {
    const [found] = await find([
      { session: "one", name: "store" },
      { session: "one", name: "server", state: "exited" },
      { session: "one", name: "user", kind: "vantage", state: "exited" },
      { session: "one", name: "admin", kind: "vantage" },
    ]);
    expect(found?.components.map(({ name, state, addresses }) => [name, state, addresses])).to.deep.equal([
      ["store", "running", { data: "10.64.2.10" }],
      ["server", "exited", {}],
    ]);
    expect(found?.vantages.map(({ name }) => name)).to.deep.equal(["admin"]);
  });
});
