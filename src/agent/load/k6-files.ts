// What k6 is given: a script, what holds where the script says nothing, and its arguments.
import type { Addresses, Command } from "../../model/agent-protocol.ts";
import type { Load } from "../../model/load.ts";
import { addressOf } from "../probe/address.ts";
import { rateScript } from "./rate-script.ts";

export type LoadCommand = Extract<Command, { readonly do: "load" }>;

export interface K6Files {
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

export const summaryFile = "summary.json";
const scriptFile = "script.js";
const configFile = "config.json";

/** A script without a pause asks as fast as it is answered, which no target and no journal should have to bear. */
const requestsPerSecond = 500;

/** Samples to standard output; no REST interface, no usage report, no extensions from elsewhere. */
const common = ["run", "--config", configFile, "--out", "json=-", "--quiet", "--no-color", "--address", "", "--no-usage-report"];

export function k6Files({ load, environment: variables, probes, addresses }: LoadCommand): K6Files {
  if (load.kind === "rate")
    return { files: { [scriptFile]: rateScript(probes, addresses), [configFile]: "{}" }, argv: [...common, "--no-summary", scriptFile] };
  const environment = Object.entries(variables).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  return {
    files: { [scriptFile]: load.text, [configFile]: JSON.stringify(configOf(load, addresses)) },
    argv: [...common, "--summary-export", summaryFile, ...environment, scriptFile],
  };
}

/** The weakest of k6's sources of options: whatever the script says counts more. */
function configOf({ hosts, longestMs }: Extract<Load, { readonly kind: "script" }>, addresses: Addresses): object {
  return {
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, host]) => [name, `${addressOf(addresses, host)}${host.port === undefined ? "" : `:${host.port}`}`]),
    ),
    duration: `${Math.ceil(longestMs)}ms`,
    rps: requestsPerSecond,
  };
}
