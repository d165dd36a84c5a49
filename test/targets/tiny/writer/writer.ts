// Writes to its volume without pause, which gives a disk limit something to hold back, and answers users (:8080) and responders (:8082) whatever the disk does.
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createGreeter } from "node:net";

// The name under which faults find this process.
process.title = "writer";

const everyMs = 50;
const block = Buffer.alloc(4_096, "tiny ");

createServer(
  (_request, response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"service":"writer"}'),
).listen(8_080, "0.0.0.0");
createGreeter((socket) => void socket.on("error", () => undefined).end("TINY\n")).listen(8_082, "0.0.0.0");

const mib = 2 ** 20;
const fileMib = Number(process.env["WRITER_FILE_MIB"] ?? "0");
if (fileMib > 0) await readAllTheTime(fileMib);

/** Whoever reads from end to end again and again wants all of the file in memory. */
async function readAllTheTime(size: number): Promise<void> {
  const part = Buffer.alloc(mib, "tiny ");
  const read = await open("/data/read", "w+");
  for (let index = 0; index < size; index += 1) await read.write(part, 0, mib, index * mib);
  await read.datasync();
  let turn = 0;
  let reading = false;
  setInterval(() => {
    if (reading) return;
    reading = true;
    turn = (turn + 1) % size;
    void read
      .read(part, 0, mib, turn * mib)
      .catch(() => undefined)
      .finally(() => (reading = false));
  }, 10);
}

const file = await open("/data/log", "w");
let busy = false;
setInterval(() => {
  if (busy) return;
  busy = true;
  void (async () => {
    await file.write(block, 0, block.length, 0);
    await file.datasync();
  })()
    // A disk that is broken is no reason to end: the next turn tries again.
    .catch(() => undefined)
    .finally(() => (busy = false));
}, everyMs);
