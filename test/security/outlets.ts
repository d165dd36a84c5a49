// All the places where words of a file leave planefault: command lines, the texts that nft, ip, ssh, HTTP and k6 read, names in the engine, lines of /etc/hosts.
import { armText, fireText, listSetText, tableText, undoText } from "../../src/agent/nft-rules.ts";
import { k6Files } from "../../src/agent/load/k6-files.ts";
import { requestText } from "../../src/agent/probe/http-attempt.ts";
import { tracerCommand } from "../../src/agent/tracer.ts";
import { assignAddresses, hostLines } from "../../src/drivers/docker/addresses.ts";
import { bystanderVolume, volumeName } from "../../src/drivers/docker/agent-container.ts";
import { labelsOf, resourceName, targetLabel } from "../../src/drivers/docker/labels.ts";
import type { Addresses } from "../../src/model/agent-protocol.ts";
import { revealed } from "../../src/model/hidden.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { HttpRequest } from "../../src/model/probe.ts";
import { explainPlan } from "../../src/plan/explain.ts";

export interface Outlets {
  /** Lines of a language of its own: none may hold anything but words of ours. */
  readonly lines: readonly string[];
  /** Names in the engine. */
  readonly names: readonly string[];
  /** Command lines that an author wrote: each word is handed over as it is, so only their number counts. */
  readonly theirs: readonly (readonly string[])[];
  /** Command lines that we write: what is an author's stands behind an option of ours. */
  readonly ours: readonly (readonly string[])[];
  readonly hosts: readonly string[];
  readonly requests: readonly string[];
  readonly ssh: readonly (readonly string[])[];
  readonly variables: Readonly<Record<string, string>>;
  readonly scripts: readonly string[];
  /** What `plan` prints. */
  readonly words: string;
  /** Paths and names that go to the engine as JSON. */
  readonly fields: readonly string[];
}

const table = "planefault_r1";

export function outletsOf(plan: Plan): Outlets {
  const { stack, changes, load } = plan;
  const addresses = assignAddresses(stack, Object.fromEntries(stack.networks.map((name, index) => [name, `10.64.${index}.0/24`])));
  const members = [...stack.components, ...stack.vantages];
  const k6 = k6Of(plan, addresses);
  return {
    lines: changes.flatMap(({ apply, ...change }) => {
      if (apply.op !== "packets.block") return [];
      const armed = { table, change: { apply, ...change }, traffic: apply.traffic, destination: "10.64.0.1", source: "10.64.0.2" };
      return [tableText(table), armText(armed), fireText(armed), undoText(armed), listSetText(armed)];
    }),
    names: namesOf(plan),
    theirs: [
      ...stack.components.flatMap(({ command, healthcheck, composed }) => [
        command ?? [],
        healthcheck?.test ?? [],
        composed?.entrypoint ?? [],
      ]),
      ...stack.roles.flatMap(({ exec, bring }) => [exec, bring ?? []]),
      ...plan.probes.flatMap(({ measurement }) => (measurement.kind === "exec" || measurement.kind === "ssh" ? [measurement.run] : [])),
    ],
    ours: [
      ...(k6 ? [k6.argv] : []),
      ...changes.flatMap(({ apply, leaseMs }) =>
        apply.op === "sync.delay" || apply.op === "sync.fail" ? [tracerCommand(1, apply, leaseMs)] : [],
      ),
    ],
    hosts: members.flatMap((member) => hostLines(stack, member, addresses)),
    requests: requestsOf(plan),
    ssh: plan.probes.flatMap(({ measurement }) => (measurement.kind === "ssh" ? [measurement.run] : [])),
    variables: Object.assign({}, ...stack.components.map(({ environment }) => revealed(environment))) as Readonly<Record<string, string>>,
    scripts: k6 && load?.kind === "rate" ? Object.values(k6.files) : [],
    words: explainPlan(plan),
    fields: fieldsOf(plan),
  };
}

const k6Of = ({ load, probes }: Plan, addresses: Addresses) =>
  load &&
  k6Files({
    do: "load",
    name: "load",
    load,
    environment: load.kind === "script" ? revealed(load.environment) : {},
    probes: probes.filter(({ instance }) => load.kind === "rate" && load.instances.includes(instance)),
    addresses,
  });

function requestsOf({ probes, signals }: Plan): readonly string[] {
  return [
    ...probes.flatMap(({ instance, measurement }) => {
      const all: readonly (HttpRequest | undefined)[] =
        measurement.kind === "http" ? [measurement.request] : measurement.kind === "heartbeat" ? [measurement.write, measurement.read] : [];
      return all.flatMap((one) => (one ? [requestText(one, "new", instance, 1)] : []));
    }),
    ...signals.map(({ instance, request }) => requestText(request, "new", instance, 1)),
  ];
}

function namesOf({ stack, changes }: Plan): readonly string[] {
  const ops = JSON.stringify(changes.map(({ apply, undo }) => [apply, undo]));
  return [
    ...[...stack.components, ...stack.vantages].flatMap(({ name }) => [
      resourceName("s", name),
      // The owner, the fifth, is ours.
      ...Object.values(labelsOf("s", "r1", "component", name)).slice(0, 4),
    ]),
    ...Object.values(targetLabel(stack)),
    ...stack.networks.map((name) => resourceName("s", name)),
    ...stack.components.flatMap(({ name, volumes }) => volumes.map((volume) => volumeName("s", name, volume.name))),
    bystanderVolume("s"),
    ...changes.map(({ id }) => id),
    ...ops.matchAll(/"(?:component|process|network|volume)":"([^"]*)"/gu).map(([, name]) => name ?? ""),
  ];
}

function fieldsOf({ stack }: Plan): readonly string[] {
  const { services = {}, networks = {} } = stack.attach ?? {};
  const found = [...Object.values(services), ...Object.values(networks).map((one) => ("name" in one ? { name: one.name } : one.labels))];
  return [...found.flatMap((labels) => Object.entries(labels).flat()), ...ownFieldsOf(stack)];
}

const ownFieldsOf = ({ components }: Plan["stack"]): readonly string[] =>
  components.flatMap(({ build, volumes, composed }) => [
    ...(build === undefined || typeof build === "string"
      ? [build ?? ""]
      : "image" in build
        ? [build.image]
        : [build.context, build.dockerfile, build.target ?? "", ...Object.keys(build.bases), ...Object.keys(build.args)]),
    ...volumes.map(({ path }) => path),
    ...[composed?.user, composed?.workingFolder, composed?.hostname].map((text) => text ?? ""),
    ...(composed?.copies ?? []).flatMap(({ path, source }) => [path, source]),
  ]);
