// Tells whoever connects how it was started, and is ready a second later.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";

const words = existsSync("/srv/words/first.txt") ? readFileSync("/srv/words/first.txt", "utf8").trim() : "";
const told = {
  hostname: hostname(),
  said: process.argv.slice(2),
  greeting: process.env.GREETING,
  at: process.cwd(),
  user: process.getuid(),
  words,
};
createServer((socket) => socket.on("error", () => 0).end(JSON.stringify(told))).listen(7000);
setTimeout(() => writeFileSync("/tmp/ready", ""), 1_000);
