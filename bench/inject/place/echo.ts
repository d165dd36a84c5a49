// What the stopwatch looks at: every datagram is answered at once. Meanwhile it syncs to its volume and reads a file from end to end, so that disk and page cache are wanted.
import { createSocket } from "node:dgram";
import { open } from "node:fs/promises";

// The name under which faults find this process.
process.title = "echo";

const port = 53;
const everyMs = 50;
const readEveryMs = 20;
const mib = 2 ** 20;
const fileMib = 48;

/** What waits in front of a frozen process is answered in one burst when it goes on, which holds the stopwatch up: a few milliseconds of looks are enough. */
const waitingBytes = 16_384;

const socket = createSocket({ type: "udp4", recvBufferSize: waitingBytes });
socket.on("message", (data, from) => socket.send(data, from.port, from.address, () => undefined));
socket.on("error", () => undefined);
socket.bind(port);

/** At most one turn at a time; a disk that is slow or broken is no reason to end. */
function always(periodMs: number, work: (turn: number) => Promise<unknown>): void {
  let turn = 0;
  let busy = false;
  setInterval(() => {
    if (busy) return;
    busy = true;
    turn += 1;
    void work(turn)
      .catch(() => undefined)
      .finally(() => (busy = false));
  }, periodMs);
}

const part = Buffer.alloc(mib, "echo ");
const read = await open("/data/read", "w+");
for (let index = 0; index < fileMib; index += 1) await read.write(part, 0, mib, index * mib);
await read.datasync();
always(readEveryMs, (turn) => read.read(part, 0, mib, (turn % fileMib) * mib));

const block = Buffer.alloc(4_096, "echo ");
const file = await open("/data/log", "w");
always(everyMs, async () => {
  await file.write(block, 0, block.length, 0);
  await file.datasync();
});
