// The sending end of a packets witness, at the peer: numbered canaries to the place, at a fixed rate, and rows of how many were sent and arrived.
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { canaryNumber, canaryText } from "./canary-text.ts";
import { type PacketsWitness, portsOf } from "./packets-answer.ts";
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";
import type { Running } from "../session.ts";
import { collectRows } from "./rows.ts";
import { Tally, type Way, canaryDeadlineMs, windowMs } from "./tally.ts";

/** A flow of its own costs both kernels and both agents some 0.3 ms, and a port block has a witness for each peer: no more of them than this. */
const flowEveryMs = 50;
/** Source ports of canaries that are flows of their own, below the ephemeral range: a port used again within conntrack's two minutes would belong to an old flow. */
const sourcePorts = { first: 20_000, count: 12_000 } as const;
/** The bystander needs fewer: it says "nothing else is broken", not "how much". */
const bystanderShare = 4;

type Send = (port: number, text: string, number: number, way: Way) => void;

export function sendCanaries(witness: PacketsWitness, command: WitnessCommand, context: WitnessContext): Running {
  const { clock } = context;
  const to = command.addresses[witness.at.component]?.[witness.traffic.network];
  if (to === undefined) throw new Error(`${witness.at.component} has no address on ${witness.traffic.network}`);
  const { canary, bystander } = portsOf(witness);
  const { protocol, flows, percent, port } = witness.traffic;
  const both = protocol === "any";
  const tally = new Tally(["canary", ...(port === undefined ? [] : ["bystander" as const]), ...(both ? ["connection" as const] : [])]);
  const rows = collectRows(witness.id, context);
  const connections = sendConnections(to, tally, clock.now);
  const way = protocol === "tcp" ? connections : sendDatagrams(witness, to, tally, clock.now);
  // Of new flows only the first packet is caught: each canary is a flow of its own.
  const flowMs = Math.max(flowEveryMs, witness.everyMs);
  const everyMs = protocol === "tcp" || flows === "new" ? flowMs : witness.everyMs;
  let number = 0;
  const timers = [
    setInterval(() => {
      number += 1;
      way.send(canary, canaryText(witness.id, number), number, "canary");
      if (port !== undefined && number % bystanderShare === 0) way.send(bystander, canaryText(witness.id, number), number, "bystander");
    }, everyMs),
  ];
  // Each protocol has a rule of its own, so one kind of canary says nothing of the other. A share takes more of them than all or nothing.
  let connection = 0;
  if (both) timers.push(setInterval(() => connections.send(canary, "", (connection += 1), "connection"), percent < 100 ? everyMs : flowMs));
  const report = (): void => {
    for (const [at, counts] of tally.finished(clock.now())) rows.add(at, counts);
  };
  const reporter = setInterval(report, windowMs);
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await new Promise((resolve) => setTimeout(resolve, canaryDeadlineMs + windowMs));
      clearInterval(reporter);
      report();
      rows.flush();
      way.close();
    },
  };
}

let lastSource = 0;

/** One counter for all witnesses of this agent. */
function nextSource(): number {
  lastSource = (lastSource + 1) % sourcePorts.count;
  return sourcePorts.first + lastSource;
}

interface Sender {
  readonly send: Send;
  close(): void;
}

function sendDatagrams(witness: PacketsWitness, to: string, tally: Tally, now: () => number): Sender {
  const open = (way: Way | undefined): ReturnType<typeof createSocket> => {
    const socket = createSocket("udp4");
    socket.on("message", (message, from) => {
      const number = canaryNumber(witness.id, message.toString("utf8"));
      if (number !== undefined) tally.received(way ?? (from.port === portsOf(witness).canary ? "canary" : "bystander"), number, now());
    });
    socket.on("error", () => undefined);
    return socket;
  };
  const transmit = (socket: ReturnType<typeof createSocket>, port: number, text: string, number: number, way: Way): void => {
    tally.sent(way, number, now());
    socket.send(text, port, to, (error) => {
      if (error) tally.unsent(way, number);
    });
  };
  const shared = witness.traffic.flows === "new" ? undefined : open(undefined);
  return {
    send: (port, text, number, way) => {
      if (shared) {
        transmit(shared, port, text, number, way);
        return;
      }
      // A source port that somebody else holds fails to bind: that canary is never sent.
      const socket = open(way);
      socket.bind(nextSource(), () => transmit(socket, port, text, number, way));
      setTimeout(() => socket.close(), canaryDeadlineMs);
    },
    close: () => shared?.close(),
  };
}

/** Refused or silent, both are lost: the rule's reject is made to look like a closed port. */
function sendConnections(to: string, tally: Tally, now: () => number): Sender {
  return {
    send: (port, _text, number, way) => {
      tally.sent(way, number, now());
      const socket = connect({ host: to, port, autoSelectFamily: false });
      const timer = setTimeout(() => socket.destroy(), canaryDeadlineMs);
      socket.once("connect", () => {
        tally.received(way, number, now());
        socket.resetAndDestroy();
      });
      socket.on("error", () => undefined);
      socket.once("close", () => clearTimeout(timer));
    },
    close: () => undefined,
  };
}
