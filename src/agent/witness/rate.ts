// Witness of a rate: trains of canaries from the limited side to a peer, timed where they arrive, and all bytes that left by the interface, which explain what others took of it.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import type { Witness } from "../../model/witness.ts";
import { canaryPorts } from "../canary-port.ts";
import type { Running } from "../session.ts";
import { listening } from "./listening.ts";
import { collectRows } from "./rows.ts";
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";
import { carIn, carText, rateOf, trainFor } from "./train.ts";

type RateWitness = Extract<Witness, { readonly kind: "rate" }>;

export async function startRateWitness(witness: RateWitness, command: WitnessCommand, context: WitnessContext): Promise<Running> {
  const to = command.addresses[witness.peer.component]?.[witness.network];
  const [change] = witness.changes;
  if (to === undefined || change === undefined) throw new Error(`witness ${witness.id} has no peer on ${witness.network}`);
  const port = canaryPorts(change).canary;
  return command.role === "send" ? sendTrains(witness, { to, port }, command, context) : await timeTrains(witness, { to, port }, context);
}

interface Way {
  readonly to: string;
  readonly port: number;
}

function sendTrains(witness: RateWitness, { to, port }: Way, command: WitnessCommand, context: WitnessContext): Running {
  const link = command.armed.find(({ change }) => witness.changes.includes(change.id))?.at.link;
  if (!link) throw new Error(`witness ${witness.id} was given no armed link`);
  const { clock } = context;
  const rows = collectRows(witness.id, context);
  const train = trainFor(witness.bitsPerSecond);
  const leftBytes = (): number => Number(readFileSync(`/sys/class/net/${link.interface}/statistics/tx_bytes`, "utf8"));
  let last = { at: clock.now(), bytes: leftBytes() };
  const socket = createSocket("udp4").on("error", () => undefined);
  let number = 0;
  const timer = setInterval(() => {
    const now = { at: clock.now(), bytes: leftBytes() };
    rows.add(now.at, { tookMs: now.at - last.at, leftBitsPerSecond: Math.round(((now.bytes - last.bytes) * 8_000) / (now.at - last.at)) });
    last = now;
    number += 1;
    const text = carText(witness.id, number, clock.now(), train.payloadBytes);
    for (let car = 0; car < train.count; car += 1) socket.send(text, port, to, () => undefined);
  }, train.everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      socket.close();
      rows.flush();
    },
  };
}

/** A train is over when the next one comes: until then its last cars may wait in the queue. */
async function timeTrains(witness: RateWitness, { to, port }: Way, context: WitnessContext): Promise<Running> {
  const rows = collectRows(witness.id, context);
  const train = trainFor(witness.bitsPerSecond);
  let current: { readonly train: number; readonly sentAt: number; readonly lastAt: number; readonly count: number } | undefined;
  const end = (): void => {
    const bitsPerSecond = current && rateOf(train, current);
    if (current && bitsPerSecond !== undefined) rows.add(current.lastAt, { tookMs: current.lastAt - current.sentAt, bitsPerSecond });
    current = undefined;
  };
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    const lastAt = context.clock.now();
    const car = carIn(witness.id, message.toString("latin1"));
    if (!car || (current && car.train < current.train)) return;
    if (car.train !== current?.train) end();
    current = { ...car, lastAt, count: (current?.count ?? 0) + 1 };
  });
  await listening(socket, `${to}:${port}/udp`, () => socket.bind(port, to));
  return {
    stop: async () => {
      end();
      socket.close();
      rows.flush();
    },
  };
}
