// A train of canaries: so many datagrams at once that a token bucket lets the first through and spaces the rest. Pure, so that rates are tested without a network.
import { queue } from "../queue.ts";

/** IPv4, UDP and Ethernet around each payload: the bucket counts them. */
const frameBytes = 42;
const smallestPayload = 200;
const largestPayload = 1_400;
/** How long the part behind the burst occupies a link at the asked rate: our clocks are good for a millisecond. */
const tailMs = 20;
const fewestInTail = 8;
const shortestIntervalMs = 500;
/** Of the asked rate, at most. */
const load = 0.2;

export interface Train {
  readonly payloadBytes: number;
  readonly count: number;
  readonly everyMs: number;
  readonly burstBytes: number;
}

export function trainFor(bitsPerSecond: number): Train {
  const { burstBytes } = queue(bitsPerSecond);
  const bytesPerMs = bitsPerSecond / 8_000;
  const frame = Math.min(largestPayload, Math.max(smallestPayload, Math.floor((bytesPerMs * tailMs) / fewestInTail))) + frameBytes;
  const tail = Math.max(fewestInTail, Math.ceil((bytesPerMs * tailMs) / frame));
  const count = Math.ceil(burstBytes / frame) + tail;
  return {
    payloadBytes: frame - frameBytes,
    count,
    everyMs: Math.max(shortestIntervalMs, Math.ceil((count * frame) / bytesPerMs / load)),
    burstBytes,
  };
}

/** What a datagram says: whose it is, of which train, and when that left. Padded to its size. */
export const carText = (witness: string, train: number, sentAt: number, payloadBytes: number): string =>
  `planefault ${witness} ${train} ${sentAt.toFixed(3)} `.padEnd(payloadBytes, ".");

export interface Car {
  readonly train: number;
  readonly sentAt: number;
}

export function carIn(witness: string, text: string): Car | undefined {
  const [mark, whose, train, sentAt] = text.split(" ");
  const car = { train: Number(train), sentAt: Number(sentAt) };
  return mark === "planefault" && whose === witness && Number.isInteger(car.train) && Number.isFinite(car.sentAt) ? car : undefined;
}

/** Bits per second of what came behind the burst, from the departure to the last arrival: a receiver that is late makes it smaller, never larger. undefined: no more than the burst arrived. */
export function rateOf(
  train: Train,
  arrived: { readonly count: number; readonly sentAt: number; readonly lastAt: number },
): number | undefined {
  const bytes = arrived.count * (train.payloadBytes + frameBytes) - train.burstBytes;
  const ms = arrived.lastAt - arrived.sentAt;
  return bytes <= 0 || ms <= 0 ? undefined : Math.round((bytes * 8_000) / ms);
}
