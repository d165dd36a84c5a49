// A target file as the drivers get it.
import { expect } from "chai";
import { loadTarget } from "../../src/files/load-target.ts";
import { hidden } from "../../src/model/hidden.ts";
import { codesOf, exampleTarget, targetText } from "./example.ts";

const codes = (text: string) => codesOf(loadTarget("target.yaml", text, { name: "example", folder: "/x" }));

describe("loadTarget", () => {
  const { stack, probes, signals } = exampleTarget();

  it("says of a URL that its host is no component's name, and of another that it has no path", () => {
    const said = (url: string) => {
      const loaded = loadTarget("target.yaml", targetText.replace('"http://app:8080/items/1"', `"${url}"`), {
        name: "example",
        folder: "/x",
      });
      return loaded.ok ? "" : loaded.problems.map(({ message }) => message).join("; ");
    };
    expect(said("http://My_Web:8000/")).to.contain('the host "My_Web" cannot be a component\'s name');
    expect(said("http://app:8000")).to.contain("expected a URL with a path");
    expect(said("https://app:8000/")).to.contain("expected a URL with a path");
  });

  it("expands replicas and starts dependencies first", () => {
    expect(stack.components.map(({ name, service, index }) => [name, service, index])).to.deep.equal([
      ["etcd-1", "etcd", 1],
      ["etcd-2", "etcd", 2],
      ["etcd-3", "etcd", 3],
      ["app", "app", 1],
    ]);
  });
  it("resolves volumes, health checks, processes and numbers in the environment", () => {
    const [etcd] = stack.components;
    expect(etcd?.volumes).to.deep.equal([{ name: "data", path: "/var/lib/etcd" }]);
    expect(etcd?.healthcheck).to.deep.equal({
      test: ["CMD", "etcdctl", "endpoint", "health"],
      intervalMs: 500,
      timeoutMs: 5_000,
      retries: 60,
    });
    expect(etcd?.processes).to.deep.equal([
      { name: "etcd", exe: "etcd", supervised: true },
      { name: "sshd", exe: "sshd", supervised: true },
      { name: "lone", exe: "lone" },
    ]);
    expect(stack.components.at(-1)?.environment).to.deep.equal(hidden({ MODE: "cached", LIMIT: "7" }));
  });
  it("merges a variant over the environment and keeps the rest", () => {
    const varied = exampleTarget(targetText, "slow").stack;
    expect(varied.components.at(-1)?.environment).to.deep.equal(hidden({ MODE: "slow", LIMIT: "7" }));
    expect([varied.variant, varied.description]).to.deep.equal(["slow", "another"]);
  });
  it("expands edges to pairs of components, never to oneself and never twice", () => {
    expect(stack.edges.filter((edge) => edge.port === 2380)).to.have.length(6);
    expect(stack.edges[0]).to.deep.equal({ from: "user", to: "app", port: 8080, network: "data" });
  });
  it("makes one probe instance per replica, named after it only where there are several", () => {
    expect(probes.map((probe) => probe.instance)).to.deep.equal([
      "item-read",
      "put@etcd-1",
      "put@etcd-2",
      "put@etcd-3",
      "beat",
      "ssh@etcd-1",
      "ssh@etcd-2",
      "ssh@etcd-3",
    ]);
    expect(signals.map((signal) => signal.instance)).to.deep.equal(["health@etcd-1", "health@etcd-2", "health@etcd-3"]);
  });
  it("refuses options of Compose by name, shells and paths of the host", () => {
    expect(codes(targetText.replace("environment: { MODE: cached", "depends_on: [etcd], environment: { MODE: cached"))).to.deep.equal([
      "unsupported-compose",
    ]);
    expect(codes(targetText.replace("[CMD, etcdctl", "[CMD-SHELL, etcdctl"))).to.deep.equal(["unknown-word"]);
    expect(codes(targetText.replace("data:/var", "./data:/var"))).to.deep.equal(["invalid-value"]);
    expect(codes(targetText.replace("./app", "../app"))).to.deep.equal(["invalid-value"]);
    expect(codes(targetText.replace("environment: { MODE: cached", "command: rm, environment: { MODE: cached"))).to.deep.equal([
      "invalid-type",
    ]);
  });
  it("finds every name that leads nowhere, once", () => {
    expect(codes(targetText.replace("networks: [control, mgmt]\n", "networks: [contol, mgmt]\n"))).to.deep.equal(["unknown-network"]);
    expect(codes(targetText.replace("[etcd, sshd]", "[etcd, shd]"))).to.deep.equal(["unknown-process"]);
    expect(codes(targetText.replace("to: etcd, run", "to: ectd, run"))).to.deep.equal(["unknown-service"]);
    expect(codes(targetText.replace("from: user, to: app", "from: usr, to: app"))).to.deep.equal(["unknown-service"]);
    expect(codes(targetText.replace("from: user, to: app", "from: admin, network: data, to: app"))).to.deep.equal(["no-shared-network"]);
    expect(codes(targetText.replace("of: etcd", "of: etd"))).to.deep.equal(["unknown-service"]);
    for (const probe of ["shh", "put"])
      expect(codes(targetText.replace("health: { kind: http,", `health: { kind: http, alsoAbout: [${probe}],`))).to.deep.equal([
        "unknown-probe",
      ]);
    expect(codes(targetText.replace("health: { kind: http,", "health: { kind: http, alsoAbout: [ssh],"))).to.deep.equal([]);
    expect(codes(targetText.replace("at: etcd-2", "at: etcd-4"))).to.deep.equal(["unknown-service"]);
    expect(codes(targetText.replace("app:8080 on data", "app:8080 on mgmt"))).to.deep.equal(["no-shared-network"]);
    expect(codes(targetText.replace("{ app: { environment: { MODE: slow", "{ ap: { environment: { MODE: slow"))).to.deep.equal([
      "unknown-service",
    ]);
  });
});
