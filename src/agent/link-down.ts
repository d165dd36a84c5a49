// Takes an interface down, once or again and again, and brings it back with all that it had.
import type { ArmedChange, LinkIdentity } from "../model/identity.ts";
import type { Flap } from "../model/op.ts";
import { Batch } from "./batch.ts";
import type { Executor } from "./executor.ts";
import { checkLink, isSetUp, readRoutes } from "./link.ts";
import { amendLines, raiseLines } from "./link-text.ts";
import { poll } from "./poll.ts";
import { checkAddress } from "./same-place.ts";

const deadlineMs = 1_500;

export function linkDown(armed: ArmedChange, network: string, flap: Flap | undefined): Executor {
  const { link } = armed.at;
  const address = armed.at.addresses[network];
  if (!link || address === undefined) throw new Error(`${armed.change.id} was armed without an interface`);
  let batch = new Batch("ip", armed.change.id);
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
      batch.promise(raiseLines(link));
      lower();
      await poll(`${link.interface} to go down (${batch.complaint})`, deadlineMs, () => !isSetUp(link.interface));
      if (flap) stopFlapping = startFlapping(flap, lower, raise);
    },
    undo: async () => {
      stopFlapping?.();
      checkLink(link);
      if (batch.ended !== undefined) batch = new Batch("ip", armed.change.id);
      raise();
      await restored(link, batch);
      batch.forget();
    },
    close: () => batch.close(),
  };
}

async function restored(link: LinkIdentity, batch: Batch): Promise<void> {
  const complained = (): string => (batch.complaint === "" ? "" : ` (ip: ${batch.complaint})`);
  await poll(`${link.interface} to come up${complained()}`, deadlineMs, () => isSetUp(link.interface));
  let missing: readonly string[] = [];
  try {
    await poll("its routes", deadlineMs, async () => {
      missing = amendLines(link, await readRoutes(link.interface));
      if (missing.length > 0) batch.write(missing);
      return missing.length === 0;
    });
  } catch (error) {
    throw new Error(
      `${link.interface} is up, but its routes are not as they were: "${missing.join('", "')}" had no effect${complained()}`,
      {
        cause: error,
      },
    );
  }
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
