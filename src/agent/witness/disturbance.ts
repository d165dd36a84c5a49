// Witness of a disturbance: numbered canaries from the disturbed side to a peer, and fewer to a bystander on the same network, each answered from the port to which it came. Answers pass undisturbed (netem-text.ts).
import { createSocket } from "node:dgram";
import type { Witness } from "../../model/witness.ts";
import { canaryPorts } from "../canary-port.ts";
import { waitMsOf } from "../netem-text.ts";
import type { Running } from "../session.ts";
import { canaryNumber, canaryText } from "./canary-text.ts";
import { answerDatagrams } from "./packets-answer.ts";
import { collectRows, type Rows } from "./rows.ts";
import { Sequence } from "./sequence.ts";
import type { WitnessCommand, WitnessContext } from "./start-witness.ts";

type DisturbanceWitness = Extract<Witness, { readonly kind: "disturbance" }>;

/** Beside the longest that the fault may hold a canary back. */
const patienceMs = 500;
const reportMs = 200;
/** The bystander needs fewer: it says "nobody else is hit", not "how much". */
const bystanderShare = 2;

export async function startDisturbanceWitness(
  witness: DisturbanceWitness,
  command: WitnessCommand,
  context: WitnessContext,
): Promise<Running> {
  const { canary, bystander } = canaryPorts(witness.changes[0] ?? witness.id);
  const toPeer = { to: addressOf(witness.peer.component, witness, command), port: canary };
  const others = witness.bystander && { to: addressOf(witness.bystander.component, witness, command), port: bystander };
  if (command.role === "send") return sendNumbered(witness, toPeer, others, context);
  const way = command.role === "answer" ? toPeer : others;
  if (!way) throw new Error(`witness ${witness.id} has no bystander`);
  return { stop: await answerDatagrams(witness.id, way.to, way.port) };
}

interface Way {
  readonly to: string;
  readonly port: number;
}

function addressOf(component: string, { id, network }: DisturbanceWitness, { addresses }: WitnessCommand): string {
  const address = addresses[component]?.[network];
  if (address === undefined) throw new Error(`${component}, whom witness ${id} needs, has no address on ${network}`);
  return address;
}

function sendNumbered(witness: DisturbanceWitness, toPeer: Way, others: Way | undefined, context: WitnessContext): Running {
  const rows = collectRows(witness.id, context);
  const waitMs = patienceMs + waitMsOf(witness.disturbance);
  const ways = [
    stream(witness.id, toPeer, new Sequence(waitMs), rows, context),
    ...(others ? [stream(witness.id, others, new Sequence(waitMs), rows, context, "bystander")] : []),
  ];
  let turn = 0;
  const sender = setInterval(() => {
    for (const [index, way] of ways.entries()) if (index === 0 || turn % bystanderShare === 0) way.send();
    turn += 1;
  }, witness.everyMs);
  const report = (): void => {
    for (const way of ways) way.report();
  };
  const reporter = setInterval(report, reportMs);
  return {
    stop: async () => {
      clearInterval(sender);
      await new Promise((resolve) => setTimeout(resolve, waitMs + reportMs));
      clearInterval(reporter);
      report();
      rows.flush();
      for (const way of ways) way.close();
    },
  };
}

interface Stream {
  readonly send: () => void;
  readonly report: () => void;
  readonly close: () => void;
}

function stream(id: string, { to, port }: Way, sequence: Sequence, rows: Rows, { clock }: WitnessContext, whose?: "bystander"): Stream {
  const socket = createSocket("udp4").on("error", () => undefined);
  socket.on("message", (message) => {
    const number = canaryNumber(id, message.toString("utf8"));
    if (number !== undefined) sequence.received(number, clock.now());
  });
  let number = 0;
  return {
    send: () => {
      number += 1;
      const mine = number;
      sequence.sent(mine, clock.now());
      socket.send(canaryText(id, mine), port, to, (error) => {
        if (error) sequence.unsent(mine);
      });
    },
    report: () => {
      for (const { at, ms, answers, overtaken } of sequence.finished(clock.now())) {
        const took = ms === undefined ? undefined : Math.round(ms * 1_000) / 1_000;
        if (whose) rows.add(at, { bystanderAnswers: answers, ...(took !== undefined && { bystanderMs: took }) });
        else rows.add(at, { answers, overtaken: overtaken ? 1 : 0, ...(took !== undefined && { ms: took }) });
      }
    },
    close: () => socket.close(),
  };
}
