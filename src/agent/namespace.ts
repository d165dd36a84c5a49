// Which network namespace this agent lives in, by inode.
import { readlinkSync } from "node:fs";

/** "net:[4026531840]" -> "4026531840". */
export const inodeOf = (text: string): string => /\d+/u.exec(text)?.[0] ?? text;

export const ownNetns = (): string => inodeOf(readlinkSync("/proc/self/ns/net"));
