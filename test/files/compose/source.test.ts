// A target file around a Compose file: what it must say, and what it may say over the file.
import { expect } from "chai";
import type { Beside } from "../../../src/files/beside.ts";
import { loadTarget } from "../../../src/files/load-target.ts";
import { hidden } from "../../../src/model/hidden.ts";
import { formatProblem } from "../../../src/model/problem.ts";

const compose = `services:
  web: { image: shop/web, environment: { MODE: fast, LEVEL: 1 }, command: serve, depends_on: [db] }
  db: { image: postgres:16, deploy: { replicas: 2 }, healthcheck: { test: [CMD, ready] } }
`;
const targetText = `version: 1
description: somebody's project
compose: ./compose.yaml
allow: [db]
vantages: { user: { networks: [default] } }
edges: ["user -> web:80 on default", "web -> db:5432 on default"]
probes:
  get: { plane: data, kind: http, from: user, to: web, url: "http://web/", every: 100ms, deadline: 1s }
`;
const beside = (files: Readonly<Record<string, string>>): Beside => ({
  text: (path) => files[path],
  variables: () => undefined,
  look: () => undefined,
});
const load = (text: string, composeText: string = compose, variant?: string, more: Readonly<Record<string, string>> = {}) =>
  loadTarget("shop/target.yaml", text, {
    name: "shop",
    folder: "/x/shop",
    variant,
    beside: beside({ "compose.yaml": composeText, ...more }),
  });
const stackOf = (text: string, variant?: string) => {
  const loaded = load(text, compose, variant);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.target.stack;
};
const messages = (text: string, composeText?: string): readonly string[] => {
  const loaded = load(text, composeText);
  return loaded.ok ? [] : loaded.problems.map((problem) => formatProblem(problem).split("\n")[0] ?? "");
};

describe("a target around a Compose file", () => {
  it("has its services and networks, and probes and edges of its own", () => {
    const { components, networks, edges, allow } = stackOf(targetText);
    expect(components.map(({ name }) => name)).to.deep.equal(["web", "db-1", "db-2"]);
    expect([networks, allow]).to.deep.equal([["default"], ["db-1", "db-2"]]);
    expect(edges).to.have.length(3);
  });

  it("says over the file what planefault needs to know, and variants say over both", () => {
    const more = `overrides:
  services:
    web: { environment: { LEVEL: 2 }, command: [serve, --slow], x-processes: { web: node }, x-supervised: [web] }
    db: { healthcheck: { test: [CMD, other] } }
variants: { small: { services: { web: { environment: { LEVEL: 3 } } } } }
`;
    const [web, db] = stackOf(targetText + more).components;
    expect(web).to.deep.include({ environment: hidden({ MODE: "fast", LEVEL: "2" }), command: ["serve", "--slow"] });
    expect(web?.processes).to.deep.equal([{ name: "web", exe: "node", supervised: true }]);
    expect([web?.healthcheck, db?.healthcheck?.test]).to.deep.equal([undefined, ["CMD", "other"]]);
    expect(stackOf(targetText + more, "small").components[0]?.environment).to.deep.equal(hidden({ MODE: "fast", LEVEL: "3" }));
  });

  it("says what starts first beside what the file says, and refuses who would wait for himself", () => {
    const first = (text: string): string => `${targetText}overrides: { services: { ${text} } }\n`;
    const three = `${compose}  cache: { image: redis }\n`;
    const loaded = load(first("web: { depends_on: { cache: { condition: service_healthy } } }"), three);
    expect(loaded.ok && loaded.target.stack.components[0]?.composed?.after).to.deep.equal([
      { service: "db", until: "started" },
      { service: "cache", until: "healthy" },
    ]);
    expect(messages(first("db: { depends_on: { web: {} } }"))).to.deep.equal(["shop/target.yaml:9:46 db and web wait for each other"]);
    expect(messages(first("web: { depends_on: { web: {} } }"))).to.deep.equal(["shop/target.yaml:9:47 web and web wait for each other"]);
    expect(messages(first("web: { depends_on: { cash: {} } }"), three)).to.deep.equal([
      'shop/target.yaml:9:47 unknown service "cash". Known: web, db, cache.',
    ]);
  });

  it("keeps what variables and build arguments are to itself, and differs where they do", () => {
    const planned = (password: string): string => {
      const composeText = `services:
  web: { image: shop/web, environment: { PASSWORD: ${password} } }
  db: { build: { context: ., args: { TOKEN: ${password} } } }
`;
      const loaded = load(targetText, composeText, undefined, { Dockerfile: "" });
      return JSON.stringify(loaded.ok ? loaded.target.stack : loaded.problems);
    };
    expect(planned("tell-nobody")).to.include('"PASSWORD":{"hash":').and.to.include('"TOKEN":{"hash":').and.not.to.include("tell-nobody");
    expect(planned("another")).not.to.equal(planned("tell-nobody"));
  });

  it("must say what faults may touch, and of what there is", () => {
    expect(messages(targetText.replace("allow: [db]\n", ""))).to.deep.equal([
      "shop/target.yaml:3:1 a target around a Compose file says which of its services faults may touch: `allow: [...]`",
    ]);
    expect(messages(targetText.replace("[db]", "[web, dbb]"))).to.deep.equal([
      'shop/target.yaml:4:14 unknown component "dbb". Did you mean "db"?',
    ]);
  });

  it("is refused at its own place for its own mistakes, and in the Compose file for those of that file", () => {
    expect(messages(targetText.replace("./compose.yaml", "./docker-compose.yaml"))).to.deep.equal([
      'shop/target.yaml:3:10 there is no file "./docker-compose.yaml" in the target\'s folder',
    ]);
    expect(messages(`${targetText}overrides: { services: { wbe: { environment: { A: b } } } }\n`)).to.deep.equal([
      'shop/target.yaml:9:26 unknown service "wbe". Did you mean "web"?',
    ]);
    expect(messages(`${targetText}overrides: { services: { web: { x-supervised: [web] } } }\n`)).to.deep.equal([
      'shop/target.yaml:9:48 web declares no process "web"',
    ]);
    expect(messages(`${targetText}services: {}\n`)[0]).to.contain('9:1 unknown option "services" of a target');
    expect(messages(targetText, compose.replace("image: postgres:16", "image: postgres:16, devices: [x]"))[0]).to.contain(
      'shop/compose.yaml:3:29 planefault does not understand "devices" of db',
    );
    expect(messages(targetText, "services: [")[0]).to.contain("shop/compose.yaml:1:");
  });
});
