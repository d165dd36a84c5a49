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

const file = await open("/data/log", "w");
let busy = false;
setInterval(() => {
  if (busy) return;
  busy = true;
  void (async () => {
    await file.write(block, 0, block.length, 0);
    await file.datasync();
    busy = false;
  })();
}, everyMs);
