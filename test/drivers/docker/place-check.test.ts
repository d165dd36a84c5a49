import { expect } from "chai";
import { readlinkSync } from "node:fs";
import { type HostView, lookFromHost, refuseElsewhere, refuseNotAllowed, whyNoShot } from "../../../src/drivers/docker/place-check.ts";
import { pair } from "./stacks.ts";
import type { Engine } from "../../../src/drivers/docker/engine.ts";

const seen: HostView = { running: true, networkMode: "pf-x-data", netns: "net:[4026532100]", forbidden: ["net:[4026531840]"] };
const refused = (claimed: string, over: Partial<HostView> = {}) => expect(() => refuseElsewhere("store", claimed, { ...seen, ...over }));

describe("arming a place", () => {
  it("takes the container's own network namespace, and what the agent says where the host cannot be asked", () => {
    refused("4026532100").not.to.throw();
    refused("4026532999", { netns: undefined }).not.to.throw();
  });

  it("refuses an agent that stands in another namespace than the container", () => {
    refused("4026532999").to.throw("in network namespace 4026532999, its container in net:[4026532100]");
  });

  it("refuses the host's network namespace, by inode and by the engine's word", () => {
    refused("4026531840", { netns: "net:[4026531840]" }).to.throw("the host's own network namespace");
    refused("4026531840", { netns: undefined }).to.throw("the host's own network namespace");
    refused("4026532100", { networkMode: "host" }).to.throw("the host's own network namespace");
  });

  it("refuses a container that has ended", () => {
    refused("4026532100", { running: false, netns: undefined }).to.throw("store has ended");
  });

  it("refuses a component that the target does not list, and never a vantage", () => {
    const arm = (allow: readonly string[] | undefined, name: string) => expect(() => refuseNotAllowed({ ...pair, allow }, name));
    arm(["server"], "store").to.throw("store is not among those that the target lists under `allow`").with.property("code", "wrong-shot");
    arm(["server"], "server").not.to.throw();
    arm(["server"], "user").not.to.throw();
    arm(undefined, "store").not.to.throw();
  });

  it("refuses a shot at whoever is not allowed or not the container that was bound, whatever was armed", () => {
    const running = {
      stack: { ...pair, allow: ["server"] },
      components: new Map(["server", "store"].map((name) => [name, { container: { id: `id-${name}` } }])),
    };
    const shot = (component: string, containerId: string) => whyNoShot(running, { component, containerId });
    expect(shot("server", "id-server")).to.equal(undefined);
    expect(shot("store", "id-store")).to.contain("store is not among those that the target lists");
    expect(shot("server", "id-store")).to.contain("server was armed as container id-store, and is id-server");
    expect(shot("user", "id-user")).to.equal(undefined);
  });

  it("counts our own namespace among the forbidden ones, and believes no pid that is not the container's", async () => {
    const inspect = async () => ({ State: { Running: true, Pid: process.pid }, HostConfig: { NetworkMode: "none" } });
    // The one request that is made.
    const engine = { docker: { getContainer: () => ({ inspect }) } } as unknown as Engine;
    const view = await lookFromHost(engine, "f".repeat(64));
    expect(view.forbidden).to.include(readlinkSync("/proc/self/ns/net"));
    expect(view).to.include({ running: true, networkMode: "none", netns: undefined });
  });
});
