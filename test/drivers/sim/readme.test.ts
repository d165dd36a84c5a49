// What README shows of its first run is what the command above it still does.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { planOfFile } from "./load-plan.ts";

const readme = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");
const [, shown = ""] = /```\n\$ \.\/planefault run (?<run>[^`]*)```/u.exec(readme) ?? [];

describe("the run that README shows", () => {
  const plan = planOfFile("experiments/etcd-app/disk-pressure.yaml");

  it("names no instance that the plan lacks", () => {
    const named = new Set(shown.match(/[a-z0-9-]+@[a-z0-9-]+/gu));
    const planned = [...plan.probes, ...plan.signals].map(({ instance }) => instance).filter((instance) => instance.includes("@"));
    expect([...named].filter((instance) => !planned.includes(instance))).to.deep.equal([]);
  });

  it("starts as many networks, components and vantages", () => {
    const { networks, components, vantages } = plan.stack;
    expect(shown).to.contain(`creating ${Object.keys(networks).length} networks`);
    expect(shown).to.contain(`starting ${Object.keys(components).length} components and ${Object.keys(vantages).length} vantages`);
  });
});
