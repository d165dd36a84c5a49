// Which of an engine's containers a target that is attached means, and what of them is not as its file says. Reads only: the engine here can do nothing else.
import { expect } from "chai";
import { findAttached, type Lister } from "../../../src/drivers/docker/attached.ts";
import { label } from "../../../src/drivers/docker/labels.ts";
import { lookUpTarget, type Reader } from "../../../src/drivers/docker/live-lookup.ts";
import { liveWords } from "../../../src/commands/live-plan.ts";
import { barePlan } from "../../model/bare-plan.ts";
import type { Attach, Stack } from "../../../src/model/stack.ts";
import { component, pair } from "./stacks.ts";

const project = { "com.docker.compose.project": "shop" };
const attach: Attach = {
  what: "the Compose project shop",
  services: {
    web: { ...project, "com.docker.compose.service": "web" },
    cache: { ...project, "com.docker.compose.service": "cache" },
  },
  networks: { data: { labels: { ...project, "com.docker.compose.network": "data" } }, control: { name: "shared" } },
};
const stack: Stack = {
  ...pair,
  roles: [],
  allow: ["cache"],
  attach,
  components: [
    ...[1, 2].map((index) => component(`web-${index}`, { service: "web", index, build: undefined, networks: ["data"] })),
    component("cache", { build: undefined, networks: ["data", "control"] }),
  ],
};

interface Container {
  readonly service: string;
  readonly number?: string;
  readonly state?: string;
  readonly networks?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

const containers: readonly Container[] = [
  { service: "web", number: "10" },
  { service: "web", number: "2" },
  { service: "cache", networks: ["n1", "n2"] },
];

/** An engine that filters as Docker does. */
function engineOf(running: readonly Container[]): Lister {
  const listed = running.map(({ service, number = "1", state = "running", networks = ["n1"], labels = {} }) => ({
    Id: `id-${service}-${number}`,
    Names: [`/shop-${service}-${number}`],
    State: state,
    Labels: { ...project, "com.docker.compose.service": service, "com.docker.compose.container-number": number, ...labels },
    HostConfig: { NetworkMode: "shop_data" },
    NetworkSettings: {
      Networks: Object.fromEntries(
        networks.map((id) => [id, { NetworkID: id, IPAddress: state === "running" ? `172.20.${id.slice(1)}.${number}` : "" }]),
      ),
    },
  }));
  const nets = [
    { Id: "n1", Name: "shop_data", Labels: { ...project, "com.docker.compose.network": "data" } },
    { Id: "n2", Name: "shared", Labels: {} },
    { Id: "n3", Name: "shared-too", Labels: {} },
  ];
  type Query = { readonly filters: { readonly label?: readonly string[]; readonly name?: readonly string[] } };
  const has = (labels: Readonly<Record<string, string>>, wanted: readonly string[] = []): boolean =>
    wanted.every((one) => Object.entries(labels).some(([name, value]) => one === `${name}=${value}`));
  return {
    listContainers: async ({ filters }: Query) => listed.filter(({ Labels: labels }) => has(labels, filters.label)),
    listNetworks: async ({ filters }: Query) =>
      nets.filter((net) => has(net.Labels, filters.label) && (filters.name ?? []).every((part) => net.Name.includes(part))),
  } as unknown as Lister;
}

const amissOf = async (running: readonly Container[]): Promise<readonly string[]> =>
  (await findAttached(engineOf(running), stack, attach)).amiss;

describe("containers that run already", () => {
  it("are found by their labels, replicas in Compose's order, with their addresses on the target's networks", async () => {
    const { members, networks, amiss } = await findAttached(engineOf(containers), stack, attach);
    expect(amiss).to.deep.equal([]);
    expect([...members].map(([name, { id, addresses }]) => [name, id, addresses])).to.deep.equal([
      ["web-1", "id-web-2", { data: "172.20.1.2" }],
      ["web-2", "id-web-10", { data: "172.20.1.10" }],
      ["cache", "id-cache-1", { data: "172.20.1.1", control: "172.20.2.1" }],
    ]);
    expect(networks.get("control")).to.deep.equal({ id: "n2", fullName: "shared" });
  });

  it("are complained of where there are more or fewer, where one does not run, has no address, or is planefault's own", async () => {
    expect(await amissOf(containers.slice(0, 2))).to.deep.equal([
      "there is no container of cache: none has the labels com.docker.compose.project=shop, com.docker.compose.service=cache",
    ]);
    expect(await amissOf([...containers, { service: "web", number: "3" }])).to.deep.equal([
      "web has 3 containers, and the target file says 2: see deploy.replicas",
    ]);
    expect(await amissOf([...containers.slice(0, 2), { service: "cache", state: "exited" }])).to.deep.equal([
      "cache does not run: its container shop-cache-1 is exited",
    ]);
    expect(await amissOf([...containers.slice(0, 2), { service: "cache" }])).to.deep.equal([
      "cache (shop-cache-1) has no address on network control",
    ]);
    expect(await amissOf([...containers.slice(0, 2), { service: "cache", labels: { [label.session]: "x" } }])).to.deep.equal([
      "cache is shop-cache-1, which planefault itself started",
    ]);
  });

  it("do not mean what `docker compose run` started beside them", async () => {
    expect(
      await amissOf([...containers, { service: "cache", number: "7", labels: { "com.docker.compose.oneoff": "True" } }]),
    ).to.deep.equal([]);
  });

  it("are bound by `plan --live` by reads only, and what a run would refuse is said there", async () => {
    const asked: string[] = [];
    const lister = engineOf([...containers.slice(0, 2), { service: "cache", networks: ["n1"] }]);
    const getContainer = (id: string) => ({
      inspect: async () => {
        asked.push(id);
        return { Name: "/shop-cache-1", State: { Running: true, Pid: 4_242, Status: "running" } };
      },
    });
    // The part of the engine's client that a look may use.
    const reader = { ...lister, getContainer } as unknown as Reader;
    const found = await lookUpTarget(reader, stack, [{ component: "cache" }]);
    expect(asked).to.deep.equal(["id-cache-1"]);
    expect(liveWords(barePlan(stack), found))
      .to.contain("is attached to the Compose project shop")
      .and.to.contain("container id-cache-1 (shop-cache-1, running), 172.20.1.1 on data")
      .and.to.contain("a run would be refused: cache (shop-cache-1) has no address on network control");
  });
});
