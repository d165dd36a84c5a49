// A guest writes numbers only where nobody else can: neither the harness, nor the agents that it left for a moment, nor another guest.
import { expect } from "chai";
import { label } from "../../../src/drivers/docker/labels.ts";
import { othersMayWrite } from "../../../src/drivers/docker/other-writers.ts";
import type { RunningTarget } from "../../../src/drivers/docker/running-targets.ts";

type Labels = Readonly<Record<string, string>>;
const guest = (session: string, visited: string): Labels => ({ [label.session]: session, [label.kind]: "vantage", [label.guest]: visited });
const vantage = (session: string): Labels => ({ [label.session]: session, [label.kind]: "vantage" });
const mine = guest("mine", "kept");

/** `running` are the labels of what runs in the engine. */
const asked = (harness: RunningTarget["harness"], running: readonly Labels[]): Promise<boolean> => {
  const listContainers = async ({ filters }: { filters: { label: readonly string[] } }) =>
    running
      .filter((labels) => filters.label.every((wanted) => Object.entries(labels).some(([key, value]) => `${key}=${value}` === wanted)))
      .map((labels) => ({ Labels: labels }));
  return othersMayWrite({ listContainers } as never, { session: "kept", harness }, "mine");
};

describe("a guest", () => {
  it("writes where the harness has gone and it is alone", async () => {
    expect(await asked("gone", [mine])).to.equal(false);
    expect(await asked("gone", [mine, guest("theirs", "another"), vantage("another")])).to.equal(false);
  });
  it("does not write while a harness lives, here or elsewhere", async () => {
    expect(await asked("alive", [mine])).to.equal(true);
    expect(await asked("elsewhere", [mine])).to.equal(true);
  });
  it("does not write while the agents of a killed harness go on", async () => {
    expect(await asked("gone", [mine, vantage("kept")])).to.equal(true);
  });
  it("does not write beside another guest of the same target", async () => {
    expect(await asked("gone", [mine, guest("theirs", "kept")])).to.equal(true);
  });
});
