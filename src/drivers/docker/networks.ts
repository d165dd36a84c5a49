// Networks of a stack: internal bridges with a subnet of our own choice (static addresses need one). Internal means no default route: nothing leaves the machine.
import { readFileSync } from "node:fs";
import { PlanefaultError, messageOf } from "../../model/error.ts";
import { type Range, freeSubnets, parseSubnet } from "./addresses.ts";
import { type Engine, statusOf } from "./engine.ts";
import { labelsOf, resourceName } from "./labels.ts";

export interface StackNetwork {
  readonly name: string;
  /** As the engine knows it. */
  readonly fullName: string;
  readonly id: string;
  readonly subnet: string;
}

const attempts = 5;

/** Another harness may take a subnet between our look and our create: the engine then refuses, and we look again. */
export async function createNetworks(
  engine: Engine,
  session: string,
  run: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, StackNetwork>> {
  const networks = new Map<string, StackNetwork>();
  const refused: Range[] = [];
  let cause: unknown;
  for (let attempt = 0; attempt < attempts && networks.size < names.length; attempt += 1) {
    const missing = names.filter((name) => !networks.has(name));
    const subnets = freeSubnets(missing.length, [...(await takenRanges(engine)), ...refused], session);
    await Promise.all(
      missing.map(async (name, index) => {
        const subnet = subnets[index] ?? "";
        try {
          networks.set(name, await createNetwork(engine, session, run, name, subnet));
        } catch (error) {
          if (statusOf(error) !== 403 && statusOf(error) !== 400) throw error;
          cause = error;
          const range = parseSubnet(subnet);
          if (range) refused.push(range);
        }
      }),
    );
  }
  if (networks.size < names.length)
    throw new PlanefaultError("engine", `the engine refused every subnet: ${messageOf(cause)}`, {
      cause,
      hint: "planefault cleanup removes networks that earlier runs left",
    });
  return networks;
}

async function createNetwork(engine: Engine, session: string, run: string, name: string, subnet: string): Promise<StackNetwork> {
  const network = await engine.docker.createNetwork({
    Name: resourceName(session, name),
    Driver: "bridge",
    Internal: true,
    CheckDuplicate: true,
    IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
    Labels: labelsOf(session, run, "network", name),
  });
  return { name, fullName: resourceName(session, name), id: network.id, subnet };
}

async function takenRanges(engine: Engine): Promise<readonly Range[]> {
  const networks = await engine.docker.listNetworks();
  const subnets = networks.flatMap((network) => (network.IPAM?.Config ?? []).map((config) => config.Subnet));
  return [
    ...subnets.map((subnet) => (subnet === undefined ? undefined : parseSubnet(subnet))).filter((range) => range !== undefined),
    ...hostRoutes(),
  ];
}

/** Of a remote engine's host we see only its networks; the engine itself refuses what it knows to overlap. */
function hostRoutes(): readonly Range[] {
  let text: string;
  try {
    text = readFileSync("/proc/net/route", "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([, destination, , , , , , mask]): Range[] => {
      const first = swapped(destination);
      const bits = swapped(mask);
      return first === undefined || bits === undefined || bits === 0 ? [] : [[first, first + (2 ** 32 - 1 - bits)]];
    });
}

/** "0002400A" is 10.64.2.0 in the byte order of the machine. */
function swapped(hex: string | undefined): number | undefined {
  const bytes = hex?.match(/../gu);
  return bytes?.length === 4 ? bytes.toReversed().reduce((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0) : undefined;
}
