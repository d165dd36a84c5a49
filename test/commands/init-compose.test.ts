// `planefault init` on the public Compose project: a first experiment that breaks only what its target allows.
import { expect } from "chai";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initWith } from "../../src/commands/init.ts";
import { loadPlan } from "../../src/commands/load-plan.ts";

const name = "nginx-nodejs-redis";

describe("planefault init on a Compose file", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-init-"));
    await cp(`targets/${name}`, join(folder, "targets", name), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("breaks only what its target allows", async () => {
    let said = "";
    const code = await initWith(folder, { target: name }, { out: (text) => void (said += `${text}\n`), ask: undefined, facts: {} });
    expect(code, said).to.equal(0);
    const [, file = ""] = /^wrote ([^:\s]+)/mu.exec(said) ?? [];
    const planned = await loadPlan(file);
    if (!planned.ok) throw new Error(planned.problems);
    const { stack, changes } = planned.plan;
    expect(changes).not.to.deep.equal([]);
    // Vantages are ours.
    const allowed = [...(stack.allow ?? []), ...stack.vantages.map((vantage) => vantage.name)];
    expect(allowed).to.include.members(changes.map(({ apply }) => apply.at.component));
  });
});
