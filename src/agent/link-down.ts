// Takes an interface down, once or again and again, and brings it back with all that it had.
import type { ArmedChange, LinkIdentity } from "../model/identity.ts";
import type { Flap } from "../model/op.ts";
import { Batch } from "./batch.ts";
import type { Executor } from "./executor.ts";
import { checkLink, isSetUp, readRoutes } from "./link.ts";
import { amendLines, raiseLines } from "./link-text.ts";
import { poll } from "./poll.ts";
import { checkAddress } from "./same-place.ts";

export const routesDeadlineMs = 1_500;

export function linkDown(armed: ArmedChange, network: string, flap: Flap | undefined): Executor {
  const { link } = armed.at;
  const address = armed.at.addresses[network];
  if (!link || address === undefined) throw new Error(`${armed.change.id} was armed without an interface`);
  let batch = new Batch("ip");
  let stopFlapping: (() => void) | undefined;
  const lower = (): void => batch.write([`link set dev ${link.interface} down`]);
  const raise = (): void => batch.write(raiseLines(link));
  return {
    check: () => {
      checkLink(link);
      checkAddress(armed.at.component, address);
      if (!isSetUp(link.interface)) throw new Error(`${link.interface} is down already`);
    },
    apply: async () => {
      lower();
      await expectSetUp(false, link, batch);
      if (flap) stopFlapping = startFlapping(flap, lower, raise);
    },
    undo: async () => {
      stopFlapping?.();
      checkLink(link);
      if (batch.ended !== undefined) batch = new Batch("ip");
      raise();
      await expectSetUp(true, link, batch);
      await expectRoutes(link, batch);
    },
    close: () => batch.close(),
  };
}

const complaintOf = (batch: Batch): string => (batch.complaint === "" ? "" : ` (ip: ${batch.complaint})`);

/** Asked through the same pipe, so that every line before is done by then. */
async function expectSetUp(wanted: boolean, link: LinkIdentity, batch: Batch): Promise<void> {
  const [, flags = ""] = await batch.ask(`link show dev ${link.interface}`, /^\d+: \S+ <(\S*)>/u);
  if (flags.split(",").includes("UP") !== wanted)
    throw new Error(`${link.interface} did not ${wanted ? "come up" : "go down"}${complaintOf(batch)}`);
}

async function expectRoutes(link: LinkIdentity, batch: Batch): Promise<void> {
  let missing: readonly string[] = [];
  await poll("the routes", routesDeadlineMs, async () => {
    missing = amendLines(link, await readRoutes(link.interface));
    if (missing.length > 0) batch.write(missing);
    return missing.length === 0;
  }).catch((error: unknown) => {
    const text = `${link.interface} is up, but its routes are not as they were: "${missing.join('", "')}" had no effect${complaintOf(batch)}`;
    throw new Error(text, { cause: error });
  });
}

/** Turns at instants that are all counted from now, so that lateness does not add up. A child that has ended cannot flap; the witness sees that, and the undo takes a new one. */
function startFlapping({ downMs, upMs }: Flap, lower: () => void, raise: () => void): () => void {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const turn = (number: number): void => {
    const cycle = Math.floor(number / 2) * (downMs + upMs);
    const at = startedAt + cycle + (number % 2 === 0 ? downMs : downMs + upMs);
    timer = setTimeout(
      () => {
        try {
          (number % 2 === 0 ? raise : lower)();
        } catch {
          return;
        }
        turn(number + 1);
      },
      Math.max(0, at - performance.now()),
    );
  };
  turn(0);
  return () => clearTimeout(timer);
}
