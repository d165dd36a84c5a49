// Probes of the file as instances that an agent can measure.
import { expect } from "chai";
import { exampleTarget, targetText } from "../files/example.ts";

const probe = (instance: string, text = targetText) => exampleTarget(text).probes.find((candidate) => candidate.instance === instance);

describe("probes", () => {
  it("http: new connections, any 2xx and GET by default; the network is the first that the vantage shares", () => {
    expect(probe("item-read")).to.deep.equal({
      instance: "item-read",
      name: "item-read",
      component: "app",
      vantage: "user",
      plane: "data",
      everyMs: 10,
      deadlineMs: 50,
      tolerance: 0.05,
      slowFloorMs: 10,
      measurement: {
        kind: "http",
        connection: "new",
        request: {
          endpoint: { component: "app", network: "data", port: 8080 },
          method: "GET",
          path: "/items/1",
          body: undefined,
          expect: { status: undefined, body: undefined },
        },
      },
    });
    expect(probe("put@etcd-1")?.measurement).to.have.nested.property("request.endpoint.network", "control");
  });
  it("a network can be asked for", () => {
    const text = targetText.replace('url: "http://etcd:2379/x"', 'network: mgmt, url: "http://etcd:2379/x"');
    expect(probe("put@etcd-1", text)?.measurement).to.have.nested.property("request.endpoint.network", "mgmt");
  });
  it("heartbeat: {n} survives, and the write may go elsewhere than the read", () => {
    expect(probe("beat")?.measurement).to.deep.include({ kind: "heartbeat", field: "value", pollMs: 20 });
    expect(probe("beat")?.measurement).to.have.nested.property("write.path", "/{n}");
    expect(probe("beat")?.measurement).to.have.nested.property("write.endpoint.component", "etcd-1");
    expect(probe("beat")?.measurement).to.have.nested.property("read.endpoint.component", "app");
  });
  it("heartbeat: writes where it reads by default", () => {
    const text = targetText.replace('{ to: etcd-1, url: "http://etcd:2379/{n}" }', '{ url: "http://app:8080/n", body: "{n}" }');
    expect(probe("beat", text)?.measurement).to.have.nested.property("write.endpoint.component", "app");
  });
  it("heartbeat: without a write the number grows by itself", () => {
    const text = targetText.replace('write: { to: etcd-1, url: "http://etcd:2379/{n}" }, ', "");
    expect(probe("beat", text)?.measurement).to.deep.include({ kind: "heartbeat", write: undefined });
  });
  it("via: one component is asked about each replica of another", () => {
    const text = targetText.replace(
      /beat: \{.*$/mu,
      'beat: { plane: control, kind: heartbeat, from: admin, to: etcd, via: app, read: { url: "http://app:8080/of/{component}" }, field: n, poll: 20ms, every: 100ms, deadline: 1s }',
    );
    expect(probe("beat@etcd-2", text)).to.deep.include({ component: "etcd-2" });
    expect(probe("beat@etcd-2", text)?.measurement).to.have.nested.property("read.endpoint.component", "app");
    expect(probe("beat@etcd-2", text)?.measurement).to.have.nested.property("read.path", "/of/etcd-2");
  });
  it("via: what is written goes to the replica that the probe is about", () => {
    const text = targetText.replace(
      /beat: \{.*$/mu,
      'beat: { plane: control, kind: heartbeat, from: admin, to: etcd, via: app, write: { url: "http://etcd:2379/{n}" }, read: { url: "http://app:8080/of/{component}" }, field: n, poll: 20ms, every: 100ms, deadline: 1s }',
    );
    expect(probe("beat@etcd-2", text)?.measurement).to.have.nested.property("write.endpoint.component", "etcd-2");
  });
  it("via: a service with replicas is too many to ask", () => {
    expect(() => exampleTarget(targetText.replace("to: app, url", "to: app, via: etcd, url"))).to.throw("name one of them");
  });
  it("heartbeat: a write without its number is refused", () => {
    expect(() => exampleTarget(targetText.replace("{n}", "n"))).to.throw("must contain {n}");
  });
  it("ssh and tcp: the port and what must be said", () => {
    expect(probe("ssh@etcd-2")?.measurement).to.deep.equal({
      kind: "ssh",
      endpoint: { component: "etcd-2", network: "control", port: 22 },
      run: ["true"],
      expect: undefined,
    });
    const text = targetText.replace(
      'kind: ssh, from: admin, to: etcd, run: ["true"]',
      "kind: tcp, from: admin, to: etcd, port: 22, expect: SSH-2.0",
    );
    expect(probe("ssh@etcd-1", text)?.measurement).to.deep.equal({
      kind: "tcp",
      endpoint: { component: "etcd-1", network: "control", port: 22 },
      expect: "SSH-2.0",
    });
  });
  it("signals: {component} in what is healthy is the replica's own name", () => {
    const text = targetText.replace('healthy: { body: { health: "true" } }', 'healthy: { body: { name: "{component}" } }');
    expect(exampleTarget(text).signals[1]?.healthy.body).to.deep.equal({ name: "etcd-2" });
  });
  it("signals: what claims health", () => {
    expect(exampleTarget().signals[0]).to.deep.include({
      instance: "health@etcd-1",
      everyMs: 500,
      deadlineMs: 2_000,
      healthy: { status: undefined, body: { health: "true" } },
    });
  });
});
