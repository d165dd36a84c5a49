// The answering end of a packets witness, at the place: it echoes each canary from the port it came to. Our rules let answers pass everywhere (nft-rules.ts), so what the sender hears back is what arrived here.
import { createSocket } from "node:dgram";
import { type Socket as Connection, createServer } from "node:net";
import type { Addresses } from "../../model/agent-protocol.ts";
import type { Witness } from "../../model/witness.ts";
import { canaryPorts } from "../canary-port.ts";
import type { Running } from "../session.ts";
import { canaryNumber } from "./canary-text.ts";
import { listening } from "./listening.ts";

export type PacketsWitness = Extract<Witness, { readonly kind: "packets" }>;

/** A sender whose reset was lost must not cost us a descriptor for ever. */
const idleMs = 5_000;

export async function answerCanaries(witness: PacketsWitness, addresses: Addresses): Promise<Running> {
  const own = addresses[witness.at.component]?.[witness.traffic.network];
  if (own === undefined) throw new Error(`${witness.at.component} has no address on ${witness.traffic.network}`);
  const { canary, bystander } = portsOf(witness);
  const ports = witness.traffic.port === undefined ? [canary] : [canary, bystander];
  await using starting = new AsyncDisposableStack();
  for (const port of ports) {
    starting.defer(await answerDatagrams(witness.id, own, port));
    starting.defer(await acceptConnections(own, port));
  }
  const opened = starting.move();
  return { stop: () => opened.disposeAsync() };
}

export function portsOf(witness: PacketsWitness): { readonly canary: number; readonly bystander: number } {
  const [change] = witness.changes;
  if (change === undefined) throw new Error(`witness ${witness.id} watches no change`);
  return canaryPorts(change);
}

export async function answerDatagrams(witness: string, address: string, port: number): Promise<() => Promise<void>> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const text = message.toString("utf8");
    if (canaryNumber(witness, text) !== undefined) socket.send(text, from.port, from.address, () => undefined);
  });
  await listening(socket, `${address}:${port}/udp`, () => socket.bind(port, address));
  return async () => await new Promise((resolve) => void socket.close(() => resolve()));
}

/** The handshake is the answer: nothing is read and nothing written. The sender hangs up; were we the first, our reset could overtake its notice of the handshake. */
async function acceptConnections(address: string, port: number): Promise<() => Promise<void>> {
  const connected = new Set<Connection>();
  const server = createServer((connection) => {
    connected.add(connection);
    connection.on("error", () => undefined).once("close", () => connected.delete(connection));
    connection.setTimeout(idleMs, () => connection.destroy()).resume();
  });
  await listening(server, `${address}:${port}/tcp`, () => server.listen(port, address));
  return async () => {
    for (const connection of connected) connection.destroy();
    await new Promise((resolve) => void server.close(() => resolve(undefined)));
  };
}
