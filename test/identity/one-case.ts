// One generated case: the real code arms a change, fires it and ends it, and between these steps the machine is turned upside down.
import { mkdirSync } from "node:fs";
import { restore } from "../../src/keeper/restore.ts";
import type { ArmedChange } from "../../src/model/identity.ts";
import { PlayedAgent } from "./agent.ts";
import { type LedgerName, ledgerOf } from "./ledgers.ts";
import { changeOf, type Kind } from "./ops.ts";
import { type Meant, snapshotOf, wrongShots, wrongWrites } from "./oracle.ts";
import { type Scene, scene } from "./scene.ts";
import { type BeginningName, beginnings, harmless, harmlessBeginnings, type UpheavalName, upheavals } from "./upheavals.ts";
import { bound, declared, keeperHost } from "./views.ts";

export interface Case {
  readonly op: Kind;
  readonly sameTicks: boolean;
  readonly beginnings: readonly BeginningName[];
  /** The order goes to the agent of the replica. */
  readonly astray: boolean;
  readonly armed: readonly UpheavalName[];
  /** Between check and shot. */
  readonly stalled: readonly UpheavalName[];
  readonly fired: readonly UpheavalName[];
  readonly ends: readonly ("agent" | "keeper")[];
  readonly ledger: LedgerName | undefined;
}

export interface Result {
  /** "lost": nobody was there to shoot. */
  readonly shot: "refused" | "done" | "lost";
  /** Shots and writes that met anything but what the place meant. */
  readonly wrong: readonly string[];
  /** Where nothing had changed: what was refused all the same, or did nothing. */
  readonly complaints: readonly string[];
  readonly isCalm: boolean;
}

/** Whose checks are left out, to see that they are needed. */
export type Trusting = "agent" | "keeper";

export async function runCase(given: Case, root: string, trusting?: Trusting): Promise<Result> {
  mkdirSync(root, { recursive: true });
  const stage = scene(root, given);
  try {
    return await play(stage, given, trusting);
  } finally {
    stage.machine.remove();
  }
}

const isCalm = ({ beginnings: begun, astray, armed, stalled, fired, ledger }: Case): boolean =>
  !astray &&
  ledger === undefined &&
  begun.every((name) => harmlessBeginnings.includes(name)) &&
  [...armed, ...stalled, ...fired].every((name) => harmless.includes(name));

async function play(stage: Scene, given: Case, trusting: Trusting | undefined): Promise<Result> {
  const calm = isCalm(given);
  for (const name of given.beginnings) beginnings[name](stage);
  const meant = meantBy(stage, given.op);
  const armed = await bound(stage, changeOf(given.op)).catch(String);
  if (typeof armed === "string") return { shot: "refused", wrong: [], complaints: calm ? [`arming: ${armed}`] : [], isCalm: calm };
  const agent = new PlayedAgent(stage, given.astray ? stage.twin : stage.store, trusting === "agent");
  try {
    return { ...(await new Play(stage, given, meant, agent, trusting).run(armed)), isCalm: calm };
  } finally {
    await agent.end();
  }
}

const meantBy = ({ machine, store, user }: Scene, op: Kind): Meant => ({
  op,
  netns: store.netns,
  link: machine.linkOf(store),
  peer: user.addresses.get("data") ?? "",
});

/** Held by the kernel, a supervisor or a standby: the keeper has nothing to do. */
const withoutKeeper: readonly Kind[] = ["packets.block", "process.kill", "process.restart", "link.down", "rate.limit", "packets.disturb"];

class Play {
  readonly #stage: Scene;
  readonly #given: Case;
  readonly #meant: Meant;
  readonly #agent: PlayedAgent;
  readonly #trusting: Trusting | undefined;
  readonly #wrong: string[] = [];
  #seen = 0;

  constructor(stage: Scene, given: Case, meant: Meant, agent: PlayedAgent, trusting: Trusting | undefined) {
    this.#stage = stage;
    this.#given = given;
    this.#meant = meant;
    this.#agent = agent;
    this.#trusting = trusting;
  }

  async run(armed: ArmedChange): Promise<Omit<Result, "isCalm">> {
    const calm = isCalm(this.#given);
    const complaints: string[] = [];
    const { changes } = this.#agent;
    const refused = await changes.arm(armed, "planefault_identity", declared).then(() => undefined, String);
    if (refused !== undefined) return { shot: "refused", wrong: [], complaints: calm ? [refused] : [] };
    this.#happen(this.#given.armed);
    const fired = this.#agent.isAlive ? await this.#act(true, () => changes.fire("c1", 1_000)) : undefined;
    if (calm && (fired?.error !== undefined || fired?.effects === 0)) complaints.push(`the shot: ${fired.error ?? "no effect"}`);
    this.#happen(this.#given.fired);
    for (const [index, by] of this.#given.ends.entries()) {
      if (by === "agent" && !this.#agent.isAlive) continue;
      const undone = by === "agent" ? await this.#act(false, () => changes.undo("c1")) : await this.#keep(armed);
      const isIdle = index === 0 && undone.effects === 0 && by === "keeper" && !withoutKeeper.includes(this.#given.op);
      if (calm && (undone.error !== undefined || isIdle)) complaints.push(`the undo by the ${by}: ${undone.error ?? "no effect"}`);
    }
    return { shot: fired === undefined ? "lost" : fired.error === undefined ? "done" : "refused", wrong: this.#wrong, complaints };
  }

  async #keep(armed: ArmedChange) {
    const { machine } = this.#stage;
    const written = ledgerOf(this.#stage, this.#trusting === "keeper" ? believed(this.#stage, armed) : armed, this.#given.ledger);
    return await this.#act(false, async () => restore(written, keeperHost(machine)));
  }

  async #act(applying: boolean, work: () => Promise<unknown>): Promise<{ readonly error: string | undefined; readonly effects: number }> {
    const { machine } = this.#stage;
    let before = snapshotOf(this.#stage);
    const { stalled } = this.#given;
    if (applying && stalled.length > 0)
      this.#agent.onStall = () => {
        this.#happen(stalled);
        before = snapshotOf(this.#stage);
      };
    const error = await work().then(() => undefined, String);
    this.#agent.onStall = undefined;
    const after = snapshotOf(this.#stage);
    const shots = machine.shots.slice(this.#seen);
    this.#seen = machine.shots.length;
    const wrong = [...wrongShots(this.#stage, this.#meant, shots), ...wrongWrites(this.#stage, this.#meant, [before, after], applying)];
    this.#wrong.push(...wrong);
    const written = [...after].filter(([path, text]) => before.get(path) !== text);
    return { error, effects: shots.length + written.length };
  }

  /** What is no more cannot change. */
  #happen(names: readonly UpheavalName[]): void {
    for (const name of names) if (this.#stage.machine.containers.includes(this.#stage.store)) upheavals[name](this.#stage);
  }
}

/** As if a pid alone were enough: whoever has it now is taken for the one that was armed. */
function believed({ machine }: Scene, armed: ArmedChange): ArmedChange {
  const now = <Bound extends { readonly hostPid: number; readonly startTicks: string }>(one: Bound): Bound => ({
    ...one,
    startTicks: String(machine.onHost(one.hostPid)?.startTicks ?? one.startTicks),
  });
  const { process } = armed.at;
  return { ...armed, at: { ...armed.at, ...(process && { process: now(process) }) } };
}
