// The kinds that ask more of a file than a URL: what they become, and what they refuse at which place.
import { expect } from "chai";
import { loadTarget } from "../../src/files/load-target.ts";
import { exampleTarget, targetText } from "../files/example.ts";

const common = "plane: data, from: user, to: app, every: 100ms, deadline: 500ms";
const withProbe = (options: string, change: (line: string) => string = (line) => line): string =>
  targetText.replace("probes:\n", `probes:\n  tried: { ${change(`${options}, ${common}`)} }\n`);
const measured = (options: string) => exampleTarget(withProbe(options)).probes.find(({ name }) => name === "tried")?.measurement;
const refusals = (text: string): readonly string[] => {
  const loaded = loadTarget("target.yaml", text, { name: "example", folder: "/targets/example" });
  return loaded.ok ? [] : loaded.problems.map(({ code, message }) => `${code}: ${message}`);
};
const peer = { component: "app", network: "data" };

describe("icmp probe of a file", () => {
  it("sends 56 bytes where no size is asked for, and tells the stack from where", () => {
    expect(measured("kind: icmp")).to.deep.equal({ kind: "icmp", peer, sizeBytes: 56 });
    expect(measured("kind: icmp, size: 1472")).to.deep.include({ sizeBytes: 1472 });
    const pinging = (text: string) =>
      exampleTarget(text)
        .stack.vantages.filter(({ pings }) => pings)
        .map(({ name }) => name);
    expect(pinging(withProbe("kind: icmp"))).to.deep.equal(["user"]);
    expect(pinging(targetText)).to.deep.equal([]);
  });
  it("refuses a deadline that fping cannot keep", () => {
    expect(refusals(withProbe("kind: icmp", (line) => line.replace("500ms", "10s")))).to.deep.equal([
      "out-of-range: the deadline of an icmp probe must be below 10s",
    ]);
  });
});

describe("udp probe of a file", () => {
  it("keeps {n} for the agent, and puts the replica's name in", () => {
    expect(measured('kind: udp, port: 7, send: "ping {n}", expect: "{component} {n}"')).to.deep.equal({
      kind: "udp",
      endpoint: { ...peer, port: 7 },
      send: "ping {n}",
      expect: "app {n}",
    });
  });
  it("refuses to expect a number that was not sent", () => {
    expect(refusals(withProbe('kind: udp, port: 7, send: ping, expect: "pong {n}"'))).to.deep.equal([
      "invalid-value: an answer cannot contain {n} where it was not sent",
    ]);
  });
});

describe("dns probe of a file", () => {
  it("expects addresses or components, on port 53", () => {
    expect(measured("kind: dns, name: www.example.org, expect: 192.0.2.1")).to.deep.equal({
      kind: "dns",
      endpoint: { ...peer, port: 53 },
      name: "www.example.org",
      addresses: ["192.0.2.1"],
      components: [],
    });
    expect(measured("kind: dns, name: etcd, port: 5353, expect: [etcd, 192.0.2.1]")).to.deep.include({
      addresses: ["192.0.2.1"],
      components: ["etcd-1", "etcd-2", "etcd-3"],
    });
  });
  it("refuses an unknown component and what is no name", () => {
    expect(refusals(withProbe("kind: dns, name: etcd, expect: ectd"))).to.deep.equal([
      'unknown-service: unknown component "ectd". Did you mean "etcd"?',
    ]);
    expect(refusals(withProbe('kind: dns, name: "a b", expect: etcd'))).to.have.length(1);
  });
});

describe("exec probe of a file", () => {
  it("keeps {address} for the agent, and puts the replica's name in", () => {
    expect(measured('kind: exec, run: [curl, "http://{address}/"], expect: { by: { name: "{component}" } }')).to.deep.equal({
      kind: "exec",
      peer,
      run: ["curl", "http://{address}/"],
      expect: { by: { name: "app" } },
    });
  });
  it("refuses a pace that would hold up the other probes", () => {
    expect(
      refusals(withProbe("kind: exec, run: [true]", (line) => line.replace("100ms", "50ms").replace("[true]", '["true"]'))),
    ).to.deep.equal(["out-of-range: an exec probe starts a program: at most every 100ms"]);
  });
});

describe("http probe of a file", () => {
  it("puts the replica's name into what it expects, so that an answer of another is wrong", () => {
    const text = targetText.replace(
      'url: "http://etcd:2379/x"',
      'url: "http://etcd:2379/x", expect: { body: { by: "{component}", n: 1 } }',
    );
    const body = (instance: string) => exampleTarget(text).probes.find((probe) => probe.instance === instance)?.measurement;
    expect(body("put@etcd-2")).to.have.nested.property("request.expect.body").that.deep.equals({ by: "etcd-2", n: 1 });
  });
});

describe("heartbeat probe of a file", () => {
  const beat = (write: string, read: string) =>
    exampleTarget(
      withProbe(
        `kind: heartbeat, write: { to: etcd-2, network: control, url: "http://etcd:2379/{n}"${write} }, read: { url: "http://app:8080/n"${read} }, field: n, poll: 20ms`,
        (line) => line.replace("from: user", "from: admin"),
      ),
    ).probes.find(({ name }) => name === "tried")?.measurement;
  it("puts the name of the replica that is written to, and of the one that is read, into what it expects of each", () => {
    const expected = beat(', expect: { status: 201, body: { by: "{component}" } }', ', expect: { body: { by: { name: "{component}" } } }');
    expect(expected).to.have.deep.nested.property("write.expect", { status: 201, body: { by: "etcd-2" } });
    expect(expected).to.have.deep.nested.property("read.expect", { status: undefined, body: { by: { name: "app" } } });
  });
  it("refuses what is no answer, at its place", () => {
    const text = withProbe('kind: heartbeat, read: { url: "http://app:8080/n", expect: { code: 200 } }, field: n, poll: 20ms');
    expect(refusals(text)).to.deep.equal(['unknown-option: unknown option "code" of expect. Known: status, body.']);
  });
  it("expects any 2xx where nothing is said", () => {
    const nothing = { status: undefined, body: undefined };
    expect(beat("", "")).to.have.deep.nested.property("write.expect", nothing);
    expect(beat("", "")).to.have.deep.nested.property("read.expect", nothing);
  });
});
