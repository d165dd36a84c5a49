// A Compose project that somebody else has started: containers and a network with Compose's labels, made by the engine's own client and by nothing of planefault's.
import type Dockerode from "dockerode";
import { type Engine, poll } from "../../../src/drivers/docker/engine.ts";
import { execute } from "../../../src/drivers/docker/exec.ts";
import { PlanefaultError } from "../../../src/model/error.ts";

/** Answers with its name; with a peer, what that one says. */
const server =
  'const net=require("node:net");net.createServer((s)=>s.on("error",()=>0).end("hello "+process.argv[1])).listen(7000);console.log("listening")';

export const ask = (host: string): readonly string[] => [
  "/usr/local/bin/node",
  "-e",
  `const s=require("node:net").connect({host:${JSON.stringify(host)},port:7000,timeout:1500});s.on("error",(e)=>console.log(e.code));s.on("timeout",()=>{console.log("timeout");s.destroy()});s.on("data",(d)=>console.log(String(d)))`,
];

export interface ForeignService {
  readonly name: string;
  readonly image: string;
  /** Instead of what the image runs. */
  readonly command?: readonly string[];
  /** As `init: true` in a Compose file. */
  readonly init?: boolean;
  /** Run in it until it succeeds. */
  readonly ready: readonly string[];
}

/** A server of one line, with all tools inside. */
export const speaker = (image: string, name: string): ForeignService => ({
  name,
  image,
  command: ["/usr/local/bin/node", "-e", server, name],
  init: true,
  ready: ["grep", "-q", ":1B58 ", "/proc/net/tcp6"],
});

export class ForeignProject {
  readonly #engine: Engine;
  readonly name: string;
  readonly #ids = new Map<string, string>();
  #network = "";

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.name = name;
  }

  id(service: string): string {
    return this.#ids.get(service) ?? "";
  }

  /** As `docker compose up` does it, one after the other. */
  async up(services: readonly ForeignService[]): Promise<void> {
    const labels = { "com.docker.compose.project": this.name };
    const { docker } = this.#engine;
    const network = await docker.createNetwork({
      Name: `${this.name}_default`,
      Driver: "bridge",
      Labels: { ...labels, "com.docker.compose.network": "default" },
    });
    this.#network = network.id;
    for (const { name, image, command, init = false, ready } of services) {
      const container = await docker.createContainer({
        name: `${this.name}-${name}-1`,
        Hostname: name,
        Image: image,
        ...(command && { Entrypoint: [...command], Cmd: [] }),
        Labels: {
          ...labels,
          "com.docker.compose.service": name,
          "com.docker.compose.container-number": "1",
          "com.docker.compose.oneoff": "False",
        },
        // So that the test may ask for its rules.
        HostConfig: { NetworkMode: `${this.name}_default`, CapAdd: ["NET_ADMIN"], Init: init },
        NetworkingConfig: { EndpointsConfig: { [`${this.name}_default`]: { Aliases: [name] } } },
      });
      this.#ids.set(name, container.id);
      await container.start();
      await poll(
        30_000,
        100,
        async () => ((await execute(this.#engine, container.id, ready, 10_000)).exitCode === 0 ? true : undefined),
        async () => new PlanefaultError("deadline", `${name} does not answer`),
      );
    }
  }

  async inside(service: string, argv: readonly string[]): Promise<string> {
    return (await execute(this.#engine, this.id(service), argv, 10_000)).output.trim();
  }

  /** All that planefault could have changed: what the engine says, and what stands inside. */
  async state(): Promise<Readonly<Record<string, unknown>>> {
    const services = [...this.#ids.keys()];
    const inside = async (service: string) => [
      service,
      {
        addresses: await this.inside(service, ["ip", "addr", "show"]),
        routes: await this.inside(service, ["ip", "route", "show", "table", "all"]),
        queues: await this.inside(service, ["tc", "qdisc", "show"]),
        tables: await this.inside(service, ["nft", "list", "tables"]),
        first: (await this.inside(service, ["cat", "/proc/1/stat"])).split(" ").slice(0, 4),
        processes: await this.inside(service, ["/usr/local/bin/node", "-e", others]),
        limits: await this.inside(service, ["grep", "-s", "", ...limitFiles]),
        children: await this.inside(service, ["ls", "/sys/fs/cgroup", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/memory"]),
      },
    ];
    return { ...(await this.engineState()), ...Object.fromEntries(await Promise.all(services.map(inside))) };
  }

  /** Without any tool inside. */
  async engineState(): Promise<Readonly<Record<string, unknown>>> {
    const { Containers: members } = await this.#engine.docker.getNetwork(this.#network).inspect();
    const seen = [...this.#ids.keys()].map(async (service) => [`engine ${service}`, await this.#inspect(service)] as const);
    return { members, ...Object.fromEntries(await Promise.all(seen)) };
  }

  async #inspect(service: string): Promise<unknown> {
    const seen: Dockerode.ContainerInspectInfo = await this.#engine.docker.getContainer(this.id(service)).inspect();
    return [seen.Id, seen.State, seen.RestartCount, seen.HostConfig, seen.NetworkSettings];
  }

  async down(): Promise<void> {
    for (const id of this.#ids.values()) await this.#engine.docker.getContainer(id).remove({ force: true });
    if (this.#network !== "") await this.#engine.docker.getNetwork(this.#network).remove();
  }
}

/** Pids and names of all processes of the container but its own. */
const others =
  'const fs=require("node:fs");const read=(p)=>{try{return fs.readFileSync(`/proc/${p}/stat`,"utf8").split(" ").slice(0,3).join(" ")}catch{return ""}};console.log(fs.readdirSync("/proc").filter((p)=>/^[0-9]+$/.test(p)&&Number(p)!==process.pid).map(read).filter(Boolean).join(";").replaceAll(/ [RS](?=;|$)/g,""))';

const limitFiles = [
  "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
  "/sys/fs/cgroup/memory/memory.oom_control",
  "/sys/fs/cgroup/cpu.max",
  "/sys/fs/cgroup/memory.high",
];
