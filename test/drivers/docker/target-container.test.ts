// What the engine is asked for when one of our containers is created, as far as it can be told without an engine.
import { expect } from "chai";
import type { Engine } from "../../../src/drivers/docker/engine.ts";
import { type ContainerSpec, TargetContainer } from "../../../src/drivers/docker/target-container.ts";

const composed = (more: Partial<ContainerSpec>): object => {
  const spec: ContainerSpec = { name: "one", image: "planefault/toolbox", labels: {}, capabilities: [], ...more };
  // Composed in the constructor, which asks nothing of the engine; what is composed is protected.
  const { hostConfig } = new TargetContainer({} as Engine, spec) as unknown as { readonly hostConfig: object };
  return hostConfig;
};

describe("a container of ours", () => {
  it("is in the host's cgroup namespace where it acts on the cgroups of others: from its own, version 2 moves nobody else's process", () => {
    expect(composed({ join: "id-of-etcd-1" })).to.have.property("CgroupnsMode", "host");
    expect(composed({ keeper: true })).to.have.property("CgroupnsMode", "host");
  });

  it("may use as much memory as it is given, and without a word as much as there is", () => {
    expect(composed({ memoryBytes: 2 ** 30 })).to.have.property("Memory", 2 ** 30);
    expect(composed({})).not.to.have.property("Memory");
  });

  it("is in whichever the engine chooses otherwise", () => {
    expect(composed({})).not.to.have.property("CgroupnsMode");
    expect(composed({ beside: "id-of-user" })).not.to.have.property("CgroupnsMode");
  });
});
