// Writes the k6 script of a load at a constant rate. Everything of the plan goes in as data: a JSON text that the script parses; its code is always the same.
import type { Addresses } from "../../model/agent-protocol.ts";
import type { ProbeInstance } from "../../model/probe.ts";
import { addressOf } from "../probe/address.ts";

export const sampleMetric = "planefault_sample";

/** k6 wants an end; it is told before. */
const endless = "24h";
/** Virtual users beside those that wait for an answer until its deadline: one that ends and one that begins. */
const spareUsers = 2;

/** k6 allows no "@" in the name of a scenario. */
export const scenarioOf = (index: number): string => `load_${index}`;

export function rateScript(probes: readonly ProbeInstance[], addresses: Addresses): string {
  const targets = Object.fromEntries(probes.map((probe, index) => [scenarioOf(index), targetOf(probe, addresses)]));
  const scenarios = Object.fromEntries(probes.map((probe, index) => [scenarioOf(index), scenario(probe, index, probes.length)]));
  const isNew = probes.some(({ measurement }) => measurement.kind === "http" && measurement.connection === "new");
  const options = { scenarios, noConnectionReuse: isNew, userAgent: "planefault", systemTags: ["scenario"] };
  return `${imports.join("\n")}
const targets = ${asJson(targets)};\nexport const options = ${asJson(options)};\n${code}`;
}

/** A JSON text within a JavaScript text, so that no key (`__proto__`) and no letter (a line separator) means anything to JavaScript. */
const asJson = (value: unknown): string =>
  `JSON.parse(${JSON.stringify(JSON.stringify(value)).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")})`;

function scenario({ everyMs, deadlineMs }: ProbeInstance, index: number, count: number): object {
  const users = Math.ceil(deadlineMs / everyMs) + spareUsers;
  return {
    executor: "constant-arrival-rate",
    exec: "ask",
    rate: 1,
    timeUnit: `${Math.round(everyMs * 1e6)}ns`,
    // Replicas take turns.
    startTime: `${Math.round((everyMs * 1e6 * index) / count)}ns`,
    duration: endless,
    gracefulStop: "0s",
    preAllocatedVUs: users,
    maxVUs: users,
  };
}

function targetOf({ instance, deadlineMs, measurement }: ProbeInstance, addresses: Addresses): object {
  if (measurement.kind !== "http") throw new Error(`${instance}: k6 samples requests over HTTP only`);
  const { endpoint, method, path, body, expect } = measurement.request;
  const { component, port } = endpoint;
  return {
    instance,
    deadlineMs,
    method,
    base: `http://${addressOf(addresses, endpoint)}:${port}`,
    path,
    body: body ?? null,
    headers: {
      Host: `${component}:${port}`,
      ...(body === undefined ? {} : { "Content-Type": /^[[{]/u.test(body) ? "application/json" : "text/plain" }),
    },
    status: expect.status ?? null,
    expected: expect.body ?? null,
    hasExpected: expect.body !== undefined,
  };
}

const imports = ['import http from "k6/http";', 'import exec from "k6/execution";', 'import { Trend } from "k6/metrics";'];

/** What an answer is worth is decided as for a probe (probe/http-attempt.ts). Time counts from the request on, connecting included. */
const code = `
const sample = new Trend("${sampleMetric}", true);

export function ask() {
  const target = targets[exec.scenario.name];
  const number = String(exec.scenario.iterationInTest + 1);
  const fill = (text) => text.split("{instance}").join(target.instance).split("{n}").join(number);
  const begunAt = Date.now();
  const answer = http.request(target.method, target.base + fill(target.path), target.body === null ? null : fill(target.body), {
    headers: target.headers,
    redirects: 0,
    timeout: target.deadlineMs + "ms",
    tags: { name: target.instance },
  });
  const tookMs = answer.status === 0 ? Date.now() - begunAt : answer.timings.blocked + answer.timings.duration;
  // 1050: no answer before the timeout.
  if (answer.error_code === 1050 || tookMs > target.deadlineMs) sample.add(target.deadlineMs, { outcome: "late" });
  else sample.add(tookMs, reading(target, answer));
}

function reading(target, answer) {
  if (answer.status === 0) return { outcome: "failed", detail: answer.error.slice(0, 80) };
  const right = target.status === null ? answer.status >= 200 && answer.status < 300 : answer.status === target.status;
  if (!right) return { outcome: answer.status >= 500 ? "failed" : "wrong", detail: "status " + answer.status };
  const at = target.hasExpected ? differsAt(parsed(answer.body), target.expected, "") : undefined;
  return at === undefined ? { outcome: "ok" } : { outcome: "wrong", detail: "body" + at };
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch (_) {
    return String(body).trimEnd();
  }
}

function differsAt(found, subset, path) {
  if (typeof subset !== "object" || subset === null) return found === subset ? undefined : path;
  if (typeof found !== "object" || found === null) return path;
  for (const key of Object.keys(subset)) {
    const at = differsAt(Object.hasOwn(found, key) ? found[key] : undefined, subset[key], path + "." + key);
    if (at !== undefined) return at;
  }
  return undefined;
}
`;
