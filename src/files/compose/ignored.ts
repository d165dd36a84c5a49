// Keys of a Compose file that are left out because nothing that an experiment proves depends on them: each with the reason, told once as a warning.
import { own } from "../../model/own.ts";
import type { DataPath } from "../positions.ts";

const limits = "limits of processor and memory are not applied, so that only faults make anything slow";
const looks = "it changes nothing that planefault looks at";

const ofServices: Readonly<Record<string, string>> = {
  ports: "ports are not published: targets live on networks of their own, and nothing listens on the host",
  restart: "what ends stays ended, so that a fault is not undone behind its witness",
  container_name: "containers carry the run in their name; inside the target this name leads to the service",
  stop_signal: "containers are removed at the end, not stopped",
  stop_grace_period: "containers are removed at the end, not stopped",
  init: "every container gets an init",
  tmpfs: "the path lies in the container's own layer",
  read_only: "the container may write to its own layer",
  pull_policy: "nothing is pulled",
  platform: "images are built for the engine's own platform",
  ...Object.fromEntries(
    ["labels", "annotations", "label_file", "logging", "tty", "stdin_open", "attach", "develop"].map((key) => [key, looks]),
  ),
  ...Object.fromEntries(
    [
      "mem_limit",
      "mem_reservation",
      "memswap_limit",
      "mem_swappiness",
      "cpus",
      "cpu_count",
      "cpu_percent",
      "cpu_shares",
      "cpu_quota",
      "cpu_period",
      "cpuset",
      "pids_limit",
      "shm_size",
      "ulimits",
      "oom_score_adj",
    ].map((key) => [key, limits]),
  ),
};
const ofDeploy: Readonly<Record<string, string>> = {
  resources: limits,
  ...Object.fromEntries(
    ["mode", "labels", "placement", "update_config", "rollback_config", "endpoint_mode", "restart_policy"].map((key) => [
      key,
      "it is for clusters",
    ]),
  ),
};
const ofNetworks: Readonly<Record<string, string>> = {
  driver: "planefault's networks are bridges",
  driver_opts: "planefault's networks are bridges",
  ipam: "subnets are chosen so that they overlap nothing",
  attachable: looks,
  labels: looks,
};
const ofVolumes: Readonly<Record<string, string>> = { driver: "volumes are local and end with the target", labels: looks };

export interface Ignored {
  readonly path: DataPath;
  /** "ports of redis, web: ports are not published ..." */
  readonly message: string;
}

/** The data without those keys and without all extensions (x-...), and one line for each key that was there, at its first place. */
export function withoutIgnored(data: unknown): { readonly value: unknown; readonly ignored: readonly Ignored[] } {
  const found = new Map<string, { readonly path: DataPath; readonly places: string[]; readonly reason: string }>();
  const strip = (
    value: unknown,
    path: DataPath,
    reasons: Readonly<Record<string, string>>,
    inner: Readonly<Record<string, Inner>> = {},
  ): unknown => {
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]): readonly (readonly [string, unknown])[] => {
        const reason = own(reasons, key);
        if (key.startsWith("x-")) return [];
        if (reason !== undefined) {
          const name = [...path.slice(2), key].join(".");
          const entry = found.get(`${String(path[0])} ${name}`) ?? { path: [...path, key], places: [], reason };
          entry.places.push(String(path[1]));
          found.set(`${String(path[0])} ${name}`, entry);
          // Names that lead to a service are part of the stack all the same.
          return key === "container_name" ? [[key, item]] : [];
        }
        return [[key, own(inner, key)?.(item, [...path, key]) ?? item]];
      }),
    );
  };
  const each =
    (reasons: Readonly<Record<string, string>>, inner: Readonly<Record<string, Inner>> = {}): Inner =>
    (value, path) =>
      isMapping(value)
        ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, strip(item, [...path, name], reasons, inner)]))
        : value;
  const value = strip(
    data,
    [],
    {},
    {
      services: each(ofServices, { deploy: (item, path) => strip(item, path, ofDeploy) }),
      networks: each(ofNetworks),
      volumes: each(ofVolumes),
    },
  );
  return {
    value,
    ignored: [...found].map(([key, { path, places, reason }]) => ({
      path,
      message: `${key.slice(key.indexOf(" ") + 1)} of ${places.join(", ")}: ${reason}`,
    })),
  };
}

type Inner = (value: unknown, path: DataPath) => unknown;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
