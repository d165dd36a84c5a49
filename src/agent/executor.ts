// Carries out ops: one executor per armed change, made when armed, so that firing does nothing but check the identity and act.
import type { DeclaredProcess } from "../model/agent-protocol.ts";
import type { ArmedChange } from "../model/identity.ts";
import type { Op } from "../model/op.ts";
import { folderOf, memoryFolderOf, quotaFolderOf } from "./bind.ts";
import { disturb } from "./disturb.ts";
import { type Ending, endProcess } from "./end-process.ts";
import { type Host, here } from "./host.ts";
import { type LimitPlace, iopsWords, readLimit, writeLimit } from "./limit.ts";
import { linkDown } from "./link-down.ts";
import { memoryLimit } from "./memory-limit.ts";
import { type Nft, elementsOf } from "./nft.ts";
import { type ArmedTraffic, armText, fireText, listSetText, undoText } from "./nft-rules.ts";
import { rateLimit } from "./rate-limit.ts";
import { checkAddress, checkMember, checkNetns } from "./same-place.ts";
import { Squeeze } from "./squeeze.ts";
import { type SyncCall, type SyncOp, Tracer, isTraced } from "./tracer.ts";
import { checkProcess, continueProcess, stopProcess } from "./signal.ts";

/** `check` throws where the identity has changed; it runs just before `apply`, which returns when the effect was seen. */
export interface Executor {
  check(): void;
  apply(): Promise<void>;
  undo(): Promise<void>;
  /** Its undo may come while `apply` is under way, and sees to the end of that by itself; every other one waits for it. */
  readonly endsApply?: true;
  /** Ends what was opened when armed. */
  close?(): Promise<void>;
  /** Syncs of the process that ended since the last question, where they are watched. */
  takeCalls?(): readonly SyncCall[];
}

type Rules = Pick<Nft, "change">;

export async function makeExecutor(
  armed: ArmedChange,
  table: string,
  nft: () => Promise<Rules>,
  processes: readonly DeclaredProcess[],
  host: Host = here,
): Promise<Executor> {
  const { apply } = armed.change;
  checkNetns(armed.at, host.netns());
  switch (apply.op) {
    case "packets.block":
      return await packets(
        armed,
        { table, change: armed.change, traffic: apply.traffic, ...ends(armed, apply.traffic.network) },
        nft,
        host,
      );
    case "disk.limit":
      return disk(armed, apply.writeIops, host);
    case "sync.delay":
    case "sync.fail":
      return trace(armed, apply, host);
    case "cpu.limit":
      return squeeze(armed, apply, host);
    case "memory.limit":
      return squeezeMemory(armed, apply.headroomBytes, host);
    case "process.stop":
      return signal(armed, host);
    case "process.kill":
      return ending(armed, processes, { signal: "KILL", again: true }, host);
    case "process.restart":
      return ending(armed, processes, { signal: apply.signal, again: false }, host);
    case "link.down":
      return linkDown(armed, apply.network, apply.flap);
    case "rate.limit":
      return rateLimit(armed, apply.bitsPerSecond);
    case "packets.disturb":
      return disturb(armed, apply);
    case "packets.pass":
    case "packets.settle":
    case "disk.restore":
    case "link.up":
    case "rate.restore":
    case "sync.pass":
    case "cpu.restore":
    case "memory.restore":
    case "process.continue":
    case "process.ensure":
      throw new Error(`${apply.op} ends a change and cannot begin one`);
  }
}

function ends(armed: ArmedChange, network: string): { readonly source: string; readonly destination: string } {
  const destination = armed.at.addresses[network];
  const source = armed.peer?.addresses[network];
  if (destination === undefined || source === undefined)
    throw new Error(
      `${armed.change.id} has no address on network ${network} for ${destination === undefined ? armed.at.component : "its peer"}`,
    );
  return { source, destination };
}

async function packets(armed: ArmedChange, traffic: ArmedTraffic, open: () => Promise<Rules>, host: Host): Promise<Executor> {
  const nft = await open();
  const { complaint } = await nft.change(armText(traffic), listSetText(traffic)).catch((error: unknown) => {
    throw new Error(`nft refused the rules of ${armed.change.id}`, { cause: error });
  });
  if (complaint !== "") throw new Error(`nft refused the rules of ${armed.change.id}: ${complaint}`);
  return {
    // The peer's own address cannot be seen from here; it was bound at arm, and a peer that went away has nobody to harm in this network of ours.
    check: () => checkAddress(armed.at.component, traffic.destination, host.addresses()),
    apply: async () => {
      const answer = await nft.change(fireText(traffic), listSetText(traffic));
      if (!elementsOf(answer.listing).includes(traffic.source)) throw new Error(`nft did not take ${traffic.source}: ${answer.complaint}`);
    },
    undo: async () => {
      const answer = await nft.change(undoText(traffic), listSetText(traffic));
      if (elementsOf(answer.listing).includes(traffic.source)) throw new Error(`nft still holds ${traffic.source}: ${answer.complaint}`);
    },
  };
}

function disk(armed: ArmedChange, writeIops: number, host: Host): Executor {
  const { limit, process } = armed.at;
  if (!limit) throw new Error(`${armed.change.id} was armed without a limit`);
  const place: LimitPlace = { version: limit.version, folder: folderOf(limit, host), device: limit.device };
  return {
    check: () => {
      if (process) {
        checkProcess(process, host.proc);
        checkMember(process, place.folder);
      }
      const found = readLimit(place);
      if (found !== limit.before)
        throw new Error(`somebody else changed the limit of ${limit.cgroup}: "${found}", armed was "${limit.before}"`);
    },
    apply: async () => writeLimit(place, iopsWords(limit.version, writeIops)),
    undo: async () => writeLimit(place, limit.before),
  };
}

function trace(armed: ArmedChange, op: SyncOp, { proc }: Host): Executor {
  const { process } = armed.at;
  if (!process) throw new Error(`${armed.change.id} was armed without a process`);
  const tracer = new Tracer(process, op, armed.change.leaseMs, proc);
  return {
    check: () => {
      checkProcess(process, proc);
      if (isTraced(process.pid, proc)) throw new Error(`somebody else traces ${process.name} (pid ${process.pid})`);
    },
    apply: () => tracer.attach(),
    undo: () => tracer.detach(),
    takeCalls: () => tracer.takeCalls(),
  };
}

function squeeze(armed: ArmedChange, { cpus, workers }: Extract<Op, { readonly op: "cpu.limit" }>, host: Host): Executor {
  const { quota, process } = armed.at;
  if (!quota || !process) throw new Error(`${armed.change.id} was armed without a quota or a process`);
  const folder = quotaFolderOf(quota, host);
  const squeezed = new Squeeze(quota, folder, { cpus, workers, leaseMs: armed.change.leaseMs });
  return {
    check: () => {
      checkProcess(process, host.proc);
      checkMember(process, folder);
      squeezed.check();
    },
    apply: async () => squeezed.apply(),
    undo: () => squeezed.undo(),
  };
}

function squeezeMemory(armed: ArmedChange, headroomBytes: number, host: Host): Executor {
  const { memory } = armed.at;
  if (!memory) throw new Error(`${armed.change.id} was armed without a memory limit`);
  return memoryLimit(armed.at.component, memory, { headroomBytes, folder: memoryFolderOf(memory, host) });
}

function signal(armed: ArmedChange, host: Host): Executor {
  const { process } = armed.at;
  if (!process) throw new Error(`${armed.change.id} was armed without a process`);
  return {
    check: () => checkProcess(process, host.proc),
    apply: () => stopProcess(process, host),
    undo: () => continueProcess(process, host),
  };
}

function ending(armed: ArmedChange, processes: readonly DeclaredProcess[], how: Ending, host: Host): Executor {
  const { process } = armed.at;
  if (!process) throw new Error(`${armed.change.id} was armed without a process`);
  return { check: () => checkProcess(process, host.proc), ...endProcess(process, processes, how, undefined, host), endsApply: true };
}
