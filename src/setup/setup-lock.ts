// One set-up at a time on a machine. The lock is a listening socket in the kernel's abstract namespace: it ends with its process however that ends,
// so there is no stale lock file to judge, and no daemon that we start can inherit it.
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { PlanefaultError } from "../model/error.ts";

const waitMs = 1_800_000;

export interface SetupLock extends AsyncDisposable {
  readonly name: string;
}

const code = (error: unknown): unknown => (typeof error === "object" && error !== null && "code" in error ? error.code : undefined);

interface Held {
  readonly server: Server;
  readonly waiting: Set<Socket>;
}

/** Tells each waiter our pid and keeps the connection, whose end tells it that we have gone. */
async function tryListen(path: string): Promise<Held | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.unref();
    socket.on("error", () => socket.destroy()).on("close", () => waiting.delete(socket));
    socket.write(`${process.pid}`);
  });
  server.unref();
  try {
    server.listen(path);
    await once(server, "listening");
    return { server, waiting };
  } catch (error) {
    if (code(error) === "EADDRINUSE") return undefined;
    throw error;
  }
}

/** Resolves when the holder has gone: the kernel closes our connection then, so nothing is polled. */
async function holderGone(path: string, onHolder: (pid: string) => void, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ path });
  socket.setEncoding("utf8").on("data", onHolder);
  socket.on("error", () => resolve()).on("close", () => resolve());
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  await promise;
}

export interface LockOptions {
  /** Ends the wait for another set-up. */
  readonly signal?: AbortSignal;
  readonly name?: string;
  readonly timeoutMs?: number;
}

/** Other systems than Linux have no abstract sockets; there set-up changes nothing but the engine's images, which two may build at once. */
export async function takeSetupLock(
  onWait: (holderPid: string) => void,
  { signal, name = `planefault-setup-${process.getuid?.() ?? 0}`, timeoutMs = waitMs }: LockOptions = {},
): Promise<SetupLock> {
  if (process.platform !== "linux") return { name, [Symbol.asyncDispose]: async () => {} };
  const path = `\0${name}`;
  const deadline = AbortSignal.timeout(timeoutMs);
  const end = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  let told = false;
  const tell = (pid: string): void => {
    if (!told) onWait(pid);
    told = true;
  };
  while (!end.aborted) {
    const held = await tryListen(path);
    if (held !== undefined) return { name, [Symbol.asyncDispose]: () => release(held) };
    await holderGone(path, tell, end);
  }
  signal?.throwIfAborted();
  throw new PlanefaultError("deadline", `another set-up held the lock for more than ${timeoutMs / 60_000} minutes`, {
    hint: "end that other planefault, then run this again",
  });
}

async function release({ server, waiting }: Held): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of waiting) socket.destroy();
  await promise;
}
