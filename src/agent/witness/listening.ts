// Opens a socket of a canary and waits until it listens; errors that come later cost a canary and nothing else.
import type { Socket } from "node:dgram";
import type { Server } from "node:net";

const listenDeadlineMs = 2_000;

export async function listening(opening: Socket | Server, name: string, open: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  opening.once("listening", resolve).once("error", reject);
  const timer = setTimeout(() => reject(new Error(`waited ${listenDeadlineMs} ms to listen on ${name}`)), listenDeadlineMs);
  open();
  try {
    await promise;
  } catch (error) {
    opening.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  opening.on("error", () => undefined);
}
