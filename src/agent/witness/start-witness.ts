// Starts the end of a witness that this agent is asked for.
import type { Command } from "../../model/agent-protocol.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Changes } from "../changes.ts";
import type { AgentClock } from "../clock.ts";
import type { Running } from "../session.ts";
import { startCpuWitness } from "./cpu.ts";
import { startDiskWitness } from "./disk.ts";
import { startDisturbanceWitness } from "./disturbance.ts";
import { startLifeWitness } from "./life.ts";
import { startLinkWitness } from "./link.ts";
import { startMemoryWitness } from "./memory.ts";
import { answerCanaries } from "./packets-answer.ts";
import { sendCanaries } from "./packets-send.ts";
import { startProcessWitness } from "./process.ts";
import { startRateWitness } from "./rate.ts";
import { startSyncWitness } from "./sync.ts";

export type WitnessCommand = Extract<Command, { readonly do: "witness" }>;

export interface WitnessContext {
  readonly clock: AgentClock;
  readonly changes: Pick<Changes, "firedAt" | "takeCalls">;
  emit(record: JournalRecord): void;
}

export async function startWitness(command: WitnessCommand, context: WitnessContext): Promise<Running> {
  const { witness } = command;
  switch (witness.kind) {
    case "packets":
      return command.role === "answer" ? await answerCanaries(witness, command.addresses) : sendCanaries(witness, command, context);
    case "link":
      return await startLinkWitness(witness, command, context);
    case "rate":
      return await startRateWitness(witness, command, context);
    case "disturbance":
      return await startDisturbanceWitness(witness, command, context);
    case "disk":
      return await startDiskWitness(witness, command.armed, context);
    case "cpu":
      return await startCpuWitness(witness, command.armed, context);
    case "memory":
      return startMemoryWitness(witness, command.armed, context);
    case "sync":
      return startSyncWitness(witness, command, context);
    case "process":
      return startProcessWitness(witness, command, context);
    case "life":
      return startLifeWitness(witness, command, context);
  }
}
