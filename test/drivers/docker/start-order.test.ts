import { expect } from "chai";
import { inOrder } from "../../../src/drivers/docker/start-order.ts";
import type { Component, Composed } from "../../../src/model/stack.ts";
import { component } from "./stacks.ts";

const after = (...services: readonly (readonly [string, "started" | "healthy"])[]): { readonly composed: Composed } => ({
  composed: {
    entrypoint: undefined,
    user: undefined,
    workingFolder: undefined,
    hostname: undefined,
    aliases: {},
    copies: [],
    after: services.map(([service, until]) => ({ service, until })),
  },
});

/** What happened, in order, until all were healthy. */
async function told(components: readonly Component[], broken?: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const say = async (what: string, { name }: Component): Promise<void> => {
    lines.push(`${what} ${name}`);
    if (`${what} ${name}` === broken) throw new Error(`${name} is broken`);
  };
  const order = inOrder(components, { run: (one) => say("run", one), healthy: (one) => say("healthy", one) });
  const ends = await Promise.allSettled(components.map((one) => order.healthy(one)));
  return [...lines, ...ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []))];
}

describe("the order in which components start", () => {
  const db = [component("db-1", { service: "db" }), component("db-2", { service: "db", index: 2 })];

  it("is none where nobody comes after anybody", async () =>
    expect((await told([component("a"), component("b")])).slice(0, 2)).to.deep.equal(["run a", "run b"]));

  it("starts a component once all replicas of what it comes after have started", async () => {
    const lines = await told([component("api", after(["db", "started"])), ...db]);
    expect(lines.indexOf("run api")).to.be.greaterThan(Math.max(lines.indexOf("run db-1"), lines.indexOf("run db-2")));
  });

  it("waits for health where that is asked, through others too, and asks everybody once", async () => {
    const lines = await told([component("web", after(["api", "started"])), component("api", after(["db", "healthy"])), ...db]);
    expect(lines.indexOf("run api")).to.be.greaterThan(Math.max(lines.indexOf("healthy db-1"), lines.indexOf("healthy db-2")));
    expect(lines.indexOf("run web")).to.be.greaterThan(lines.indexOf("run api"));
    expect(lines).to.have.length(8);
  });

  it("starts nothing after what could not start", async () => {
    expect(await told([component("api", after(["db", "started"])), ...db], "run db-2")).to.deep.equal([
      "run db-1",
      "run db-2",
      "healthy db-1",
      "Error: db-2 is broken",
      "Error: db-2 is broken",
    ]);
  });
});
