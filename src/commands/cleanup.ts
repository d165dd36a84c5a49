// `planefault cleanup`: finds by label what earlier sessions left in the engine and removes it. Sessions whose harness still lives are left alone. May be run any number of times.
import type { Engine } from "../drivers/docker/engine.ts";
import { label, ownerState, parseOwner } from "../drivers/docker/labels.ts";
import { holdsLeases, settleAttached } from "../drivers/docker/settle-attached.ts";
import { type Found, findOurs, sessionOf, sweep } from "../drivers/docker/sweep.ts";

export interface CleanupOptions {
  readonly json?: boolean;
  /** Say what would be removed, and remove nothing. */
  readonly dryRun?: boolean;
  /** Only this session, and even where its harness lives or ran on another machine. */
  readonly session?: string;
}

export interface CleanupReport {
  readonly removed: readonly Item[];
  readonly wouldRemove: readonly Item[];
  /** Sessions that were left alone, and why. */
  readonly skipped: readonly { readonly session: string; readonly why: string }[];
  readonly errors: readonly string[];
}

export interface Item {
  readonly what: Found["what"];
  readonly name: string;
  readonly session: string;
}

export async function cleanup(options: CleanupOptions, connect: () => Promise<Engine> = connectLazily): Promise<CleanupReport> {
  const engine = await connect();
  const found = await findOurs(engine, options.session);
  const skipped = new Map<string, string>();
  const due = found.filter((one) => {
    const why = options.session === undefined ? reasonToSkip(one) : undefined;
    if (why !== undefined) skipped.set(sessionOf(one), why);
    return why === undefined;
  });
  const kept = [...skipped].map(([session, why]) => ({ session, why }));
  if (options.dryRun) return { removed: [], wouldRemove: due.map(itemOf), skipped: kept, errors: [] };
  const { settled, notGivenBack } = await settle(engine, due);
  const { removed, errors } = await sweep(engine, settled);
  return { removed: removed.map(itemOf), wouldRemove: [], skipped: kept, errors: [...notGivenBack, ...errors] };
}

/** Of targets that were attached, all that their sessions still hold is given back first; where that fails, the keeper stays with its ledger. */
async function settle(engine: Engine, due: readonly Found[]) {
  const sessions = await Promise.all(
    [...Map.groupBy(due, sessionOf).values()].map(async (found) => {
      const errors = await settleAttached(engine, found);
      return { found: errors.length === 0 ? found : found.filter((one) => !holdsLeases(one)), errors };
    }),
  );
  return { settled: sessions.flatMap(({ found }) => found), notGivenBack: sessions.flatMap(({ errors }) => errors) };
}

/** 0: nothing of ours is left but what lives; 5: something resisted. */
export async function cleanupCommand(options: CleanupOptions, out: (text: string) => void): Promise<number> {
  const report = await cleanup(options);
  out(options.json ? JSON.stringify(report, undefined, 2) : inWords(report));
  return report.errors.length > 0 ? 5 : 0;
}

export function inWords(report: CleanupReport): string {
  const lines = [
    ...items(report.removed, "removed"),
    ...items(report.wouldRemove, "would remove"),
    ...report.skipped.map(({ session, why }) => `left session ${session} alone: ${why}`),
    ...report.errors.map((error) => `could not remove ${error}`),
  ];
  return lines.length === 0 ? "nothing to clean up" : lines.join("\n");
}

const items = (list: readonly Item[], verb: string): readonly string[] => list.map(({ what, name }) => `${verb} ${what} ${name}`);
const itemOf = (one: Found): Item => ({ what: one.what, name: one.name, session: sessionOf(one) });

function reasonToSkip(one: Found): string | undefined {
  const owner = one.labels[label.owner];
  switch (ownerState(owner)) {
    case "alive":
      return `its harness (process ${parseOwner(owner).pid}) is running`;
    case "elsewhere":
      return `it was started on ${parseOwner(owner).host}, out of our sight; name it with --session to remove it all the same`;
    case "gone":
      return undefined;
  }
}

async function connectLazily(): Promise<Engine> {
  const { connectEngine } = await import("../drivers/docker/engine.ts");
  return connectEngine();
}
