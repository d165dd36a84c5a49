// What of a run must not be seen, and where it would be: in the words of the plan itself, and in everything that comes back from outside. Built once for a plan; the same plan hides the same.
import { type HiddenValues, revealed } from "./hidden.ts";
import { type Hide, hiderOf } from "./hide.ts";
import type { Load } from "./load.ts";
import type { Plan } from "./plan.ts";
import type { JsonSubset, Measurement, ProbeInstance, SignalInstance } from "./probe.ts";
import type { JournalRecord } from "./record.ts";
import { type Component, isNamed, type Stack } from "./stack.ts";
import { isTelling, toldIn } from "./telling.ts";

export interface Hiding {
  /** Of what was said outside: answers, output, errors, logs. */
  readonly text: Hide;
  record(record: JournalRecord): JournalRecord;
  /** The plan as it is shown and kept. What is judged in it, names and numbers, stays. */
  plan(plan: Plan): Plan;
}

/** Nothing is hidden but what gives itself away. */
export const hidingNothing = (): Hiding => hidingWith(hiderOf([]), hiderOf([]));

/**
 * Values whose names tell (PASSWORD, TOKEN), and whatever a URL, a header or a parameter of the plan gives away, are hidden everywhere. All other hidden values only in what comes from outside, and only
 * where the plan does not say them openly: "cached" in a description, or the path of a volume, is no secret.
 */
export function hidingOf(plan: Plan): Hiding {
  const values = valuesOf(plan);
  const open = textsOf(plan);
  const secrets = values.flatMap(([name, value]) => (isTelling(name) ? [value, ...toldIn(value)] : toldIn(value)));
  const names = namesOf(plan);
  // What is the name of something everybody sees.
  const always = [...secrets, ...open.flatMap(toldIn)].filter((secret) => !names.has(secret.trim()));
  const shown = JSON.stringify(hidePlan(plan, hiderOf(always)));
  const outside = values.map(([, value]) => value).filter((value) => !shown.includes(JSON.stringify(value).slice(1, -1)));
  return hidingWith(hiderOf(always), hiderOf([...always, ...outside]));
}

const hidingWith = (always: Hide, outside: Hide): Hiding => ({
  text: outside,
  record: (record) => hideRecord(record, outside, always),
  plan: (plan) => hidePlan(plan, always),
});

const argumentsOf = ({ build }: Component): HiddenValues =>
  build === undefined || typeof build === "string" || isNamed(build) ? {} : build.args;

/** All that is hidden of the stack and its load, by name. */
function valuesOf({ stack, load }: Plan): readonly (readonly [name: string, value: string])[] {
  const all = [
    ...stack.components.flatMap((component) => [component.environment, argumentsOf(component)]),
    ...(load?.kind === "script" ? [load.environment] : []),
    ...(stack.given ? [stack.given] : []),
  ];
  return all.flatMap((values) => Object.entries(revealed(values)));
}

function namesOf({ stack, probes, signals, changes }: Plan): ReadonlySet<string> {
  return new Set([
    stack.name,
    ...stack.networks,
    ...[...stack.components, ...stack.vantages, ...stack.roles, ...probes, ...signals].map(({ name }) => name),
    ...stack.components.flatMap(({ service, processes, volumes }) => [service, ...[...processes, ...volumes].map(({ name }) => name)]),
    ...changes.map(({ id }) => id),
  ]);
}

/** Every text of the plan that is an author's own, in which somebody may have written a secret. */
function textsOf(plan: Plan): readonly string[] {
  const found: string[] = [];
  hidePlan(plan, (text) => (found.push(text), text));
  return found;
}

function hidePlan(plan: Plan, hide: Hide): Plan {
  return {
    ...plan,
    stack: hideStack(plan.stack, hide),
    probes: plan.probes.map((probe): ProbeInstance => ({ ...probe, measurement: hideMeasurement(probe.measurement, hide) })),
    signals: plan.signals.map((signal): SignalInstance => ({
      ...signal,
      request: hideRequest(signal.request, hide),
      healthy: { ...signal.healthy, body: hideJson(signal.healthy.body, hide) },
    })),
    ...(plan.load && { load: hideLoad(plan.load, hide) }),
    warnings: plan.warnings.map(hide),
  };
}

const hideLoad = (load: Load, hide: Hide): Load => (load.kind === "script" ? { ...load, text: hide(load.text) } : load);

function hideStack(stack: Stack, hide: Hide): Stack {
  return {
    ...stack,
    components: stack.components.map((component) => ({
      ...component,
      command: component.command?.map(hide),
      healthcheck: component.healthcheck && { ...component.healthcheck, test: component.healthcheck.test.map(hide) },
      ...(component.composed && { composed: { ...component.composed, entrypoint: component.composed.entrypoint?.map(hide) } }),
    })),
    roles: stack.roles.map((role) => ({ ...role, exec: role.exec.map(hide), bring: role.bring?.map(hide) })),
  };
}

type Request = SignalInstance["request"];

const hideRequest = (request: Request, hide: Hide): Request => ({
  ...request,
  path: hide(request.path),
  body: request.body === undefined ? undefined : hide(request.body),
  expect: { ...request.expect, body: hideJson(request.expect.body, hide) },
});

function hideMeasurement(measurement: Measurement, hide: Hide): Measurement {
  switch (measurement.kind) {
    case "http":
      return { ...measurement, request: hideRequest(measurement.request, hide) };
    case "heartbeat":
      return {
        ...measurement,
        write: measurement.write && hideRequest(measurement.write, hide),
        read: hideRequest(measurement.read, hide),
      };
    case "tcp":
      return {
        ...measurement,
        ...(measurement.send !== undefined && { send: hide(measurement.send) }),
        expect: measurement.expect === undefined ? undefined : hide(measurement.expect),
      };
    case "udp":
      return { ...measurement, send: hide(measurement.send), expect: hide(measurement.expect) };
    case "exec":
      return { ...measurement, run: measurement.run.map(hide), expect: hideJson(measurement.expect, hide) };
    case "ssh":
      return {
        ...measurement,
        run: measurement.run.map(hide),
        expect: measurement.expect === undefined ? undefined : hide(measurement.expect),
      };
    case "icmp":
    case "dns":
      return measurement;
  }
}

function hideJson(json: JsonSubset | undefined, hide: Hide): JsonSubset | undefined {
  if (typeof json === "string") return hide(json);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, hideJson(value, hide) ?? null]));
}

/** Whatever a record quotes from outside. A kind of record more must say here whether it does. */
function hideRecord(record: JournalRecord, hide: Hide, always: Hide): JournalRecord {
  switch (record.type) {
    case "run":
      return { ...record, plan: hidePlan(record.plan, always) };
    case "samples":
      return record.rows.some(([, , , detail]) => detail !== undefined)
        ? { ...record, rows: record.rows.map((row) => (row[3] === undefined ? row : [row[0], row[1], row[2], hide(row[3])])) }
        : record;
    case "claims":
      return record.rows.some(([, , , detail]) => detail !== undefined)
        ? { ...record, rows: record.rows.map((row) => (row[3] === undefined ? row : [row[0], row[1], row[2], hide(row[3])])) }
        : record;
    case "fired":
    case "undone":
      return record.detail === undefined ? record : { ...record, detail: hide(record.detail) };
    case "load":
      return { ...record, detail: hide(record.detail) };
    case "aborted":
      return { ...record, reason: hide(record.reason) };
    case "error":
      return { ...record, message: hide(record.message) };
    case "phase":
    case "armed":
    case "lease":
    case "witness":
    case "twin":
    case "evidence":
    case "digest":
    case "end":
      return record;
  }
}
