// A plan with a secret in each place where one may stand, and a world that says all of them, in every spelling, wherever it can say something.
import { hidden } from "../../src/model/hidden.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { ProbeInstance } from "../../src/model/probe.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Component } from "../../src/model/stack.ts";
import type { World } from "../../src/model/world.ts";
import { samplePlan, sampleStack, stopped } from "../run/sample-plan.ts";
import { instead } from "../run/simulate.ts";

/** With letters that every spelling writes in a way of its own. */
const odd = (name: string): string => `${name}/Pa$$w0rd "<&'>+é`;
/** Where letters are limited: in a URL and in a header. */
const plain = (name: string): string => `${name}0123456789abcdef`;

export const places = {
  "variable of a service": odd("environment"),
  "variable whose name does not tell": odd("innocuous"),
  "user of a URL in a variable": plain("userinfo"),
  "lines of a key in a variable": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
  "argument of a build": odd("argument"),
  "variable of a load": odd("load"),
  "variable of a Compose project": odd("dotenv"),
  "secret of a Compose project": odd("file"),
  "query of a probe's URL": plain("query"),
  "header in a command": plain("header"),
  "option of a health check": plain("option"),
} as const;
const secrets = Object.values(places);

/** By hand, not by the code under test. */
export function spellings(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret);
  const core = (before: number): string =>
    Buffer.concat([Buffer.alloc(before, "u"), bytes, Buffer.alloc(3, "v")])
      .toString("base64")
      .slice(4, -6);
  return {
    raw: secret,
    base64: core(0),
    "base64, one byte later": core(1),
    "base64, two bytes later": core(2),
    base64url: core(0).replaceAll("+", "-").replaceAll("/", "_"),
    hex: bytes.toString("hex"),
    HEX: bytes.toString("hex").toUpperCase(),
    URL: encodeURIComponent(secret),
    form: new URLSearchParams({ a: secret }).toString().slice(2),
    JSON: JSON.stringify(secret).slice(1, -1),
    "JSON in JSON": JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    HTML: secret
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
  };
}

/** What the world says: all of it, as whole sentences with the secret in their midst. */
const said = (secret: string): readonly string[] => [
  ...Object.entries(spellings(secret)).flatMap(([name, spelling]) =>
    name.startsWith("base64") ? [] : [`the server said ${spelling} and more`],
  ),
  ...(["base64", "base64url"] as const).map((spelling) => `it said ${Buffer.from(`u${secret}vv`).toString(spelling)} too`),
  `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`,
  ...[0, 1, 2].map((before) => Buffer.from(`${"u".repeat(before)}${secret}vvv`).toString("base64")),
];
const everything = secrets.flatMap(said);
/** Only what stands beside it gives these away. */
export const outsiders = [
  ["Set-Cookie: sid=c00k1e-of-nobody; Path=/", "c00k1e-of-nobody"],
  ["> Authorization: Bearer t0ken-of-nobody", "t0ken-of-nobody"],
  ['{"level":"debug","x-api-key":"k3y-of-nobody"}', "k3y-of-nobody"],
  ["cannot pull from https://me:w0rd-of-nobody@registry.example/", "w0rd-of-nobody"],
  ["GET /items?page=2&access_token=q0ery-of-nobody 401", "q0ery-of-nobody"],
  ["DB_PASSWORD=v4lue-of-nobody", "v4lue-of-nobody"],
] as const;

export function secretPlan(): Plan {
  const stack = sampleStack();
  const [first, second, ...rest] = stack.components as [Component, Component, ...Component[]];
  const components: readonly Component[] = [
    {
      ...first,
      environment: hidden({
        DB_PASSWORD: places["variable of a service"],
        GREETING: places["variable whose name does not tell"],
        DATABASE_URL: `postgres://app:${places["user of a URL in a variable"]}@db:5432/app`,
        TLS_PRIVATE_KEY: `-----BEGIN KEY-----\n${places["lines of a key in a variable"]}\n-----END KEY-----\n`,
      }),
      command: ["serve", "--db-password", places["variable of a service"]],
      healthcheck: {
        test: ["CMD", "ask", `--password=${places["option of a health check"]}`],
        intervalMs: 500,
        timeoutMs: 1_000,
        retries: 3,
      },
    },
    {
      ...second,
      build: {
        context: "./x",
        dockerfile: "Dockerfile",
        target: undefined,
        args: hidden({ NPM_TOKEN: places["argument of a build"] }),
        bases: {},
      },
    },
    ...rest,
  ];
  const plan = samplePlan([stopped("etcd-3")], { phases: { baselineMs: 1_000, faultMs: 1_000, recoveryMs: 1_000 } });
  const given = hidden({ SMTP_SECRET: places["variable of a Compose project"], "token (secret)": places["secret of a Compose project"] });
  return {
    ...plan,
    stack: { ...stack, components, given },
    probes: plan.probes.map(asked),
    load: {
      kind: "script",
      vantage: "user",
      file: "users.js",
      text: "export default () => {}",
      environment: hidden({ API_TOKEN: places["variable of a load"] }),
      hosts: {},
      longestMs: 1_000,
    },
  };
}

function asked(probe: ProbeInstance): ProbeInstance {
  const { measurement } = probe;
  if (probe.instance === "item-read@app-1" && measurement.kind === "http")
    return {
      ...probe,
      measurement: { ...measurement, request: { ...measurement.request, path: `/items/1?token=${places["query of a probe's URL"]}` } },
    };
  if (measurement.kind !== "ssh") return probe;
  return {
    ...probe,
    measurement: {
      ...measurement,
      run: ["curl", "-H", `Authorization: Bearer ${places["header in a command"]}`, places["variable of a service"]],
    },
  };
}

/** The world as it is, but it says one sentence after the other wherever it can say something. */
export function talkative(world: World, fails: boolean): World {
  let turn = 0;
  const all = [...everything, ...outsiders.map(([sentence]) => sentence)];
  const next = (): string => all[(turn += 1) % all.length] ?? "";
  const spoilt = (record: JournalRecord): JournalRecord => {
    if (record.type === "samples") return { ...record, rows: record.rows.map(([at, took, outcome]) => [at, took, outcome, next()]) };
    if (record.type === "claims") return { ...record, rows: record.rows.map(([at, took, claim]) => [at, took, claim, next()]) };
    return record;
  };
  return instead(world, {
    start: async (stack, progress, signal) => {
      for (const sentence of all) progress(sentence);
      await world.start(stack, progress, signal);
    },
    arm: async (plan) => (fails ? Promise.reject(new Error(all.join("\n"))) : world.arm(plan)),
    observe: async (sink) => {
      await world.observe((record) => sink(spoilt(record)));
      sink({ type: "load", at: 1, end: "told", detail: all.join("; "), iterations: 1, dropped: 0 });
    },
    undo: async (change) => {
      const answer = await world.undo(change);
      return turn % 2 === 0 ? answer : { answer: "lost", detail: all.join("; ") };
    },
    logs: async () => ({ app: all.join("\n"), etcd: JSON.stringify(all) }),
  });
}
