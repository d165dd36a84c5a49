// What a network namespace's nft rules say: which of our sets hold an address, which tables are ours, and everything else as text that does not change by itself. Pure.
import { stable } from "../../src/agent/digest.ts";

export interface Ruleset {
  /** Names of the sets of ours that hold an address: what they name is dropped. */
  readonly elements: readonly string[];
  /** Names of the tables of ours. */
  readonly tables: readonly string[];
  /** What is not ours, without counters and elements. */
  readonly foreign: string;
}

interface Body {
  readonly name?: string;
  readonly table?: string;
  readonly elem?: readonly unknown[];
}

/** The answer to `nft -j list ruleset`. */
export function readRuleset(json: string): Ruleset {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly Readonly<Record<string, Body>>[] };
  const items = nftables.flatMap((item) => Object.entries(item));
  const ours = items.filter(([kind, body]) => isOurs(kind, body));
  const foreign = items.filter(([kind, body]) => !isOurs(kind, body)).map(([kind, body]) => ({ [kind]: { ...body, elem: undefined } }));
  return {
    elements: ours.flatMap(([, { name = "", elem = [] }]) => (elem.length > 0 ? [name] : [])),
    tables: ours.flatMap(([kind, { name = "" }]) => (kind === "table" ? [name] : [])),
    foreign: stable(JSON.stringify(foreign)),
  };
}

/** By the name of the table in which it is, which the world of each run gives. */
const isOurs = (kind: string, { name, table }: Body): boolean => (kind === "table" ? name : table)?.startsWith("planefault_") === true;
