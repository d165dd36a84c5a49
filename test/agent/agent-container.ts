// A component, and our agent beside it, in real containers: what the agent's docker tests stand on.
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { type CgroupPlaces, cgroupOf } from "../../src/drivers/docker/cgroup.ts";
import { connectEngine } from "../../src/drivers/docker/engine.ts";
import type { Bound, Command, Reply } from "../../src/model/agent-protocol.ts";
import type { ArmedChange, Identity } from "../../src/model/identity.ts";
import type { Change, Op } from "../../src/model/op.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { type Provided, ensure } from "../../src/setup/ensure.ts";

type Api = NonNullable<Provided["engine"]>["api"];
type Container = Awaited<ReturnType<Api["createContainer"]>>;

const label = { "planefault.test": "agent" };
const hostGroups = { CgroupnsMode: "host" };
const askDeadlineMs = 10_000;
/** Beyond the longest span that a test lets a witness watch. */
const watchDeadlineMs = 20_000;

export class Bench {
  readonly api: Api;
  readonly image: string;
  readonly folder: string;
  readonly made: { remove(): Promise<unknown> }[] = [];
  readonly originNs = process.hrtime.bigint();

  private constructor(api: Api, image: string, folder: string) {
    this.api = api;
    this.image = image;
    this.folder = folder;
  }

  static async open(): Promise<Bench> {
    const { engine, toolbox, agentFolder } = await ensure({ toolbox: true, agent: true });
    if (!engine || toolbox === undefined || agentFolder === undefined) throw new Error("no engine");
    return new Bench(engine.api, toolbox, agentFolder);
  }

  /** Milliseconds on the clock that every agent of this bench is told. */
  now(): number {
    return Number(process.hrtime.bigint() - this.originNs) / 1e6;
  }

  async network(): Promise<string> {
    const network = await this.api.createNetwork({
      Name: `pf-test-agent-${process.pid}-${this.made.length}`,
      Driver: "bridge",
      Internal: true,
      Labels: label,
    });
    this.made.push({ remove: async () => await network.remove() });
    return network.id;
  }

  async volume(): Promise<string> {
    const name = `pf-test-agent-${process.pid}-${this.made.length}`;
    await this.api.createVolume({ Name: name, Labels: label });
    this.made.push({ remove: async () => await this.api.getVolume(name).remove() });
    return name;
  }

  async component(command: readonly string[], network: string | undefined, volume?: string): Promise<Container> {
    const container = await this.api.createContainer({
      Image: this.image,
      Entrypoint: [...command],
      Labels: label,
      HostConfig: { NetworkMode: network ?? "none", Init: true, ...(volume === undefined ? {} : { Binds: [`${volume}:/data`] }) },
    });
    this.made.push({ remove: async () => await container.remove({ force: true, v: true }) });
    await container.start();
    return container;
  }

  async agent(beside: Container, binds: readonly string[] = [], capabilities: readonly string[] = []): Promise<TestAgent> {
    const container = await this.api.createContainer({
      Image: this.image,
      Entrypoint: ["node", "/planefault/dist/agent/main.js"],
      Env: ["PLANEFAULT_FIRST_WORD_MS=10000"],
      Labels: label,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        NetworkMode: `container:${beside.id}`,
        PidMode: `container:${beside.id}`,
        ...hostGroups,
        CapAdd: ["NET_ADMIN", ...capabilities],
        Binds: [`${this.folder}:/planefault/dist:ro`, ...binds],
      },
    });
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    await container.start();
    const agent = new TestAgent(this.api, container, stream);
    this.made.push({
      remove: async () => {
        agent.hangUp();
        await container.remove({ force: true, v: true });
      },
    });
    await agent.ask({ do: "hello", originNs: String(this.originNs), silenceMs: 8_000 });
    agent.beat(500);
    return agent;
  }

  /** Where this machine's engine keeps the container's groups. */
  async cgroups(container: Container): Promise<CgroupPlaces & { readonly version: 1 | 2 }> {
    const { docker: _, ...facts } = await connectEngine();
    const seen = readFileSync(`/proc/${(await container.inspect()).State.Pid}/cgroup`, "utf8");
    return { ...cgroupOf(facts, container.id, "", seen), version: facts.cgroupVersion };
  }

  async addressOf(container: Container): Promise<string> {
    const [found] = Object.values((await container.inspect()).NetworkSettings.Networks);
    if (!found) throw new Error("no address");
    return found.IPAddress;
  }

  async close(): Promise<void> {
    for (const thing of this.made.splice(0).toReversed()) await thing.remove().catch(() => undefined);
  }
}

export class TestAgent {
  readonly container: Container;
  readonly records: JournalRecord[] = [];
  readonly logs: string[] = [];
  readonly #stream: NodeJS.ReadWriteStream;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #next = 1;
  #beat: NodeJS.Timeout | undefined;

  constructor(api: Api, container: Container, stream: NodeJS.ReadWriteStream) {
    this.container = container;
    this.#stream = stream;
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    api.modem.demuxStream(stream, stdout, stderr);
    createInterface({ input: stderr }).on("line", (line) => this.logs.push(`stderr: ${line}`));
    createInterface({ input: stdout }).on("line", (line) => this.#hear(JSON.parse(line)));
  }

  async ask(command: Command): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    const reply = new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`no answer to ${command.do}; ${this.logs.join(" | ")}`)), askDeadlineMs).unref();
    });
    this.#stream.write(`${JSON.stringify({ ...command, id })}\n`);
    const heard = await reply;
    if (!heard.ok) throw new Error(heard.error);
    return heard.value;
  }

  /** When the op acted, by the agent's own reading. */
  async fire(change: string, atMs: number): Promise<number> {
    const value = await this.ask({ do: "fire", change, atMs });
    if (typeof value !== "object" || value === null || !("doneAt" in value) || typeof value.doneAt !== "number")
      throw new Error("no doneAt");
    return value.doneAt;
  }

  /** Runs a program beside the agent, in the same namespaces. */
  async run(argv: readonly string[]): Promise<void> {
    const exec = await this.container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    stream.resume();
    await eventually(`"${argv.join(" ")}" to end`, askDeadlineMs, async () => (await exec.inspect()).ExitCode !== null);
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`"${argv.join(" ")}" ended with ${ExitCode}`);
  }

  beat(everyMs: number): void {
    this.#beat = setInterval(() => void this.ask({ do: "ping" }).catch(() => undefined), everyMs);
  }

  /** From now on the agent hears nothing, though its input stays open. */
  fallSilent(): void {
    clearInterval(this.#beat);
  }

  hangUp(): void {
    clearInterval(this.#beat);
    this.#stream.end();
  }

  /** Rows of a witness, one key at a time. */
  rows(witness: string): readonly (readonly [number, Readonly<Record<string, number>>])[] {
    return this.records.flatMap((record) => (record.type === "witness" && record.witness === witness ? record.rows : []));
  }

  /** Until the rows of a witness reach this instant. */
  async watched(witness: string, untilMs: number): Promise<void> {
    await eventually(`rows of ${witness} until ${untilMs} ms`, watchDeadlineMs, () => (this.rows(witness).at(-1)?.[0] ?? 0) >= untilMs);
  }

  #hear(
    message: Reply | { readonly event: "record"; readonly record: JournalRecord } | { readonly event: "log"; readonly text: string },
  ): void {
    if ("id" in message) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    } else if (message.event === "record") this.records.push(message.record);
    else this.logs.push(message.text);
  }
}

export function identity(
  component: string,
  netns: string,
  addresses: Readonly<Record<string, string>>,
  bound: Partial<Bound> = {},
): Identity {
  return {
    component,
    containerId: "unused",
    netns,
    addresses,
    ...(bound.process ? { process: { ...bound.process, hostPid: 0 } } : {}),
    ...(bound.limit ? { limit: bound.limit } : {}),
    ...(bound.link ? { link: bound.link } : {}),
    ...(bound.quota ? { quota: bound.quota } : {}),
    ...(bound.memory ? { memory: bound.memory } : {}),
  };
}

export function armedChange(
  id: string,
  apply: Op,
  undo: Op,
  spans: { readonly holdMs: number; readonly leaseMs: number },
  at: Identity,
  peer?: Identity,
): ArmedChange {
  const change: Change = { id, fault: 0, apply, undo, holder: "agent", startMs: 0, endMs: spans.holdMs, leaseMs: spans.leaseMs };
  return { change, at, ...(peer ? { peer } : {}) };
}

/** Polls until the check holds; says what was waited for. */
export async function eventually(what: string, deadlineMs: number, check: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + deadlineMs;
  while (!(await check())) {
    if (performance.now() > endAt) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
