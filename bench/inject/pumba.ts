// Pumba, where somebody has built it and put it on PATH: nothing of planefault needs it. https://github.com/alexei-led/pumba
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export type Argv = readonly [string, ...string[]];

export function isOnPath(program: string, path = process.env["PATH"] ?? ""): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

const lasting = (askedMs: number): readonly string[] => ["--duration", `${Math.round(askedMs)}ms`];

/** All that arrives at eth0 is dropped, from one address where it is given, by a sidecar made of `image`, which needs iptables. */
export const pumbaLoss = (container: string, image: string, askedMs: number, from?: string): Argv => [
  "pumba",
  "iptables",
  ...lasting(askedMs),
  ...(from === undefined ? [] : ["--source", `${from}/32`]),
  "--iptables-image",
  image,
  "--pull-image=false",
  "loss",
  "--mode",
  "random",
  "--probability",
  "1.0",
  container,
];

/** All that leaves by eth0, by a sidecar with tc; needs netem in the kernel. */
export const pumbaRate = (container: string, image: string, askedMs: number): Argv => [
  "pumba",
  "netem",
  ...lasting(askedMs),
  "--tc-image",
  image,
  "--pull-image=false",
  "rate",
  "--rate",
  "100kbit",
  container,
];

/** The whole container, as `docker pause` does it. */
export const pumbaPause = (container: string, askedMs: number): Argv => ["pumba", "pause", ...lasting(askedMs), container];
