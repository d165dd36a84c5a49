// A target whose containers run already: what it may say, by which labels they are found, and what is refused in its file.
import { expect } from "chai";
import { loadExperiment } from "../../src/files/load-experiment.ts";
import { loadTarget } from "../../src/files/load-target.ts";
import { plan } from "../../src/plan/plan.ts";
import { explainPlan } from "../../src/plan/explain.ts";
import { codesOf } from "./example.ts";

const text = `version: 1
description: our shop, as it runs
attach: { project: shop }
allow: [cache]
networks: { default: {}, front: { name: shared-front } }
services:
  web: { networks: [front, default], deploy: { replicas: 2 } }
  cache: { networks: [default], labels: { com.docker.compose.service: My_Cache }, x-processes: { cache: redis-server } }
vantages: { user: { networks: [front] }, operator: { networks: [default] } }
edges: ["user -> web:80 on front", "web -> cache:6379 on default"]
probes:
  visit: { plane: data, kind: http, from: user, to: web, url: "http://web/", every: 50ms, deadline: 500ms }
  cache-port: { plane: management, kind: tcp, from: operator, to: cache, port: 6379, every: 50ms, deadline: 500ms, tolerance: 30% }
`;
const place = { name: "shop", folder: "/x/shop" };
const load = (changed: string) => loadTarget("target.yaml", changed, place);
const messages = (changed: string): readonly string[] => {
  const loaded = load(changed);
  return loaded.ok ? [] : loaded.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

const planned = (fault: string, target = text) => {
  const experiment = `version: 1
title: a fault
target: shop
phases: { baseline: 5s, fault: 10s, recovery: 10s }
faults: [${fault}]
predict: {}
`;
  const loaded = loadExperiment("x.yaml", experiment, () => ({ ok: true, file: "target.yaml", text: target, ...place }));
  return loaded.ok ? plan(loaded.experiment, loaded.experiment.target) : loaded;
};
const refusals = (fault: string, target = text): readonly string[] => {
  const result = planned(fault, target);
  return result.ok ? [] : result.problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
};

describe("a target that is attached", () => {
  it("is found by Compose's labels, those that the file gives in their place, and networks by label or name", () => {
    const loaded = load(text);
    if (!loaded.ok) throw new Error(messages(text).join("\n"));
    const { stack } = loaded.target;
    expect(stack.attach).to.deep.equal({
      what: "the Compose project shop",
      services: {
        web: { "com.docker.compose.project": "shop", "com.docker.compose.service": "web" },
        cache: { "com.docker.compose.project": "shop", "com.docker.compose.service": "My_Cache" },
      },
      networks: {
        default: { labels: { "com.docker.compose.project": "shop", "com.docker.compose.network": "default" } },
        front: { name: "shared-front" },
      },
    });
    expect(stack.components.map(({ name, build }) => [name, build])).to.deep.equal([
      ["web-1", undefined],
      ["web-2", undefined],
      ["cache", undefined],
    ]);
    expect(stack.allow).to.deep.equal(["cache"]);
  });

  it("takes labelled containers without Compose, each service with labels and each network with a name of its own", () => {
    const labelled = text
      .replace("{ project: shop }", "{ labels: { com.example.stack: shop } }")
      .replace("{ default: {}", "{ default: { name: shop-net }")
      .replace("replicas: 2 } }", "replicas: 2 }, labels: { com.example.role: web } }");
    const loaded = load(labelled);
    if (!loaded.ok) throw new Error(messages(labelled).join("\n"));
    expect(loaded.target.stack.attach?.services["web"]).to.deep.equal({ "com.example.stack": "shop", "com.example.role": "web" });
    expect(loaded.target.stack.attach?.what).to.equal("the containers with com.example.stack=shop");
    const bare = text.replace("{ project: shop }", "{ labels: { com.example.stack: shop } }");
    expect(messages(bare)).to.deep.equal([
      `5:22 network default needs the option "name": its name in the engine, as \`docker network ls\` shows it`,
      `7:8 web needs the option "labels": without a Compose project nothing else tells its containers`,
    ]);
  });

  it("must say whom faults may touch, be it nobody", () => {
    expect(codesOf(load(text.replace("allow: [cache]\n", "")))).to.deep.equal(["missing-option"]);
    expect(codesOf(load(text.replace("allow: [cache]", "allow: []")))).to.deep.equal([]);
    expect(codesOf(load(text.replace("allow: [cache]", "allow: [cash]")))).to.deep.equal(["unknown-service"]);
  });

  it("has nothing that only a stack of planefault's own can have", () => {
    expect(codesOf(load(text.replace("networks: [front, default],", "networks: [front, default], build: ./web,")))).to.deep.equal([
      "unknown-option",
    ]);
    expect(codesOf(load(`${text}variants: {}\n`))).to.deep.equal(["unknown-option"]);
    expect(codesOf(load(text.replace("{ project: shop }", "{ project: shop, labels: { a: b } }")))).to.deep.equal(["invalid-value"]);
    const ssh = text.replace("kind: tcp, from: operator, to: cache, port: 6379", "kind: ssh, from: operator, to: cache, run: [id]");
    expect(codesOf(load(ssh))).to.deep.equal(["not-ours"]);
    expect(messages(ssh)[0]).to.match(/^13:\d+ nobody has a key/u);
  });

  it("is hit by a plan nowhere but where it allows it, at the place in the file", () => {
    expect(refusals("{ kind: net.loss, on: cache, to: operator, percent: 100, direction: in }")).to.deep.equal([]);
    expect(refusals("{ kind: net.loss, on: cache, to: web, percent: 100, direction: in }")).to.deep.equal([]);
    expect(refusals("{ kind: net.loss, on: cache, to: web, percent: 100 }")).to.deep.equal(["not-allowed 5:32"]);
    expect(refusals("{ kind: memory.pressure, on: web, headroom: 16MiB }")).to.deep.equal(["not-allowed 5:39"]);
    expect(refusals("{ kind: process.pause, on: cache }", text.replace("[cache]", "[]"))).to.deep.equal(["not-allowed 5:37"]);
  });

  it("keeps its links: nobody could bring them back where our agents died", () => {
    for (const fault of ["{ kind: link.down, on: cache }", "{ kind: net.rate, on: cache, rate: 1mbit }"])
      expect(refusals(fault)).to.deep.equal(["not-ours 5:18"]);
    expect(refusals("{ kind: link.down, on: user }")).to.deep.equal([]);
  });

  it("is told what killed agents would leave in it", () => {
    const result = planned("{ kind: net.loss, on: cache, to: operator, percent: 100 }");
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
    expect(explainPlan(result.plan)).to.contain("an empty table of rules in cache waits for `planefault cleanup`");
  });

  it("is described by the dry run as what it is", () => {
    const result = planned("{ kind: process.pause, on: cache }");
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
    expect(explainPlan(result.plan)).to.contain(
      "attached to the Compose project shop, which planefault neither starts nor stops; faults may hit only cache",
    );
  });
});
