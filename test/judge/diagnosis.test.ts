import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import { probes } from "./etcd-app.ts";
import { type Behaviour, type Script, calm, diskPressure, journal, noopPlan, partAt, times } from "./journal-builder.ts";

type Probe = Parameters<Behaviour>[0];

const hit =
  (seen: readonly [number, "ok" | "failed" | "late"], which: (probe: Probe) => boolean): Behaviour =>
  (probe, at, random) =>
    partAt(at) === "fault" && which(probe) ? seen : calm(probe, at, random);
const read = (behaviour: Behaviour, script: Omit<Script, "behaviour"> = {}) => judge(journal({ behaviour, ...script })).diagnosis;
const required = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error("not in the fixture");
  return value;
};
/** [root, component] of each root; empty where nothing happened. */
const diagnose = (behaviour: Behaviour, script?: Omit<Script, "behaviour">) => {
  const { roots, abstained } = read(behaviour, script);
  return abstained ?? roots.map(({ root, component }) => [root, component]);
};
const prompt: Omit<Script, "behaviour"> = { claimMs: () => 3 };
const silentInFault: Omit<Script, "behaviour"> = { claim: (_, at) => (partAt(at) === "fault" ? "silent" : "healthy") };

describe("diagnosis, blind", () => {
  it("says none where nothing happened", () => {
    expect(diagnose(calm)).deep.equal([]);
  });
  it("finds the shared dependency behind crawling writes", () => {
    expect(diagnose(hit([1_300, "ok"], ({ plane }) => plane === "control"))).deep.equal([["control", "etcd"]]);
  });
  it("finds the root plane under a cascade: reads ask etcd too", () => {
    expect(diagnose(hit([1_300, "ok"], ({ plane }) => plane !== "management"))).deep.equal([["control", "etcd"]]);
  });
  it("finds the one member whose application alone suffers", () => {
    expect(diagnose(hit([8_000, "late"], ({ instance }) => instance === "put-flag@app-1" || instance === "flag-propagation"))).deep.equal([
      ["control", "etcd-1"],
    ]);
  });
  it("dates harm to the first stretch that suffices, not to the loudest", () => {
    const twice: Behaviour = (probe, at, random) =>
      probe.plane === "control" && ((at >= 12_000 && at < 13_500) || (at >= 23_000 && at < times.undone))
        ? [1_300, "ok"]
        : calm(probe, at, random);
    expect(read(twice).rows.join("\n")).contain("put-flag@app-1 (control) slow from 12.0s");
  });
  it("blames the way, no component, where users lose packets and everything else is well", () => {
    expect(diagnose(hit([50, "late"], ({ plane }) => plane === "data"))).deep.equal([["data", undefined]]);
  });
  it("stays on the management plane where SSH is blocked", () => {
    expect(diagnose(hit([500, "late"], ({ name }) => name === "ssh-banner"))).deep.equal([["management", "etcd"]]);
    expect(diagnose(hit([500, "late"], ({ instance }) => instance === "ssh-banner@etcd-2"))).deep.equal([["management", "etcd-2"]]);
  });
});

describe("diagnosis among many instances", () => {
  const shells = Array.from({ length: 60 }, (_, index) => ({
    ...required(probes.find(({ name }) => name === "ssh-banner")),
    instance: `ssh-banner-${index}`,
    everyMs: 500,
  }));
  const plan: Plan = { ...noopPlan, probes: [...probes, ...shells] };
  /** So many samples in a row are late: six are enough for one trace at full alpha. */
  const late =
    (samples: number, which = "ssh-banner-7"): Behaviour =>
    (probe, at, random) =>
      (which === probe.instance || (which === "all" && shells.some(({ instance }) => instance === probe.instance))) &&
      at >= 15_000 &&
      at < 15_000 + samples * 500
        ? [500, "late"]
        : calm(probe, at, random);

  it("makes nothing of one that is ill as one of so many is by chance, and says so", () => {
    const seen = read(late(7), { plan });
    expect(seen.roots).deep.equal([]);
    expect(seen.abstained).equal(undefined);
    expect(seen.rows[0]).equal(`none of ${probes.length + 60} instances shows a symptom`);
    expect(seen.rows.join("\n")).contain("ssh-banner-7 (management) may be failing, too weakly to be named among 68 instances");
  });
  it("takes the same for an illness where many have it", () => {
    expect(read(late(7, "all"), { plan }).rows.join("\n")).contain("ssh-banner-7 (management) failing from 15.0s");
  });
  it("abstains where such a one would decide on which plane it began", () => {
    const both: Behaviour = (probe, at, random) =>
      probe.name === "item-read" && partAt(at) === "fault" ? [50, "late"] : late(7)(probe, at, random);
    expect(diagnose(both, { plan })).equal("data is impaired, and whether ssh-banner-7 is too would decide where it began");
  });
  it("names no component that such a one would change", () => {
    const member: Behaviour = (probe, at, random) =>
      probe.instance === "ssh-banner@etcd-2" && partAt(at) === "fault" ? [500, "late"] : calm(probe, at, random);
    const both: Behaviour = (probe, at, random) => (probe.instance === "ssh-banner-7" ? late(7) : member)(probe, at, random);
    expect(diagnose(member, { plan })).deep.equal([["management", "etcd-2"]]);
    expect(diagnose(both, { plan })).deep.equal([["management", undefined]]);
  });
  it("finds the only one where it lasts", () => {
    expect(read(late(20), { plan }).rows.join("\n")).contain("ssh-banner-7 (management) failing from 15.0s");
  });
});

describe("diagnosis of what may as well be the way between two components", () => {
  const crawl = hit([1_300, "ok"], ({ plane }) => plane === "control");
  it("names the plane only, where the component's own signals answer as before", () => {
    expect(diagnose(crawl, prompt)).deep.equal([["control", undefined]]);
    expect(read(crawl, prompt).rows.join("\n")).contain("app to etcd over control");
  });
  it("names the component where a signal of its own admits it, says nothing or takes much longer, but for single readings", () => {
    const claims = (claim: "unhealthy" | "silent", share: number): Omit<Script, "behaviour"> => ({
      ...prompt,
      claim: (_, at) => (partAt(at) === "fault" && at % 4_000 < share * 4_000 ? claim : "healthy"),
    });
    expect(diagnose(crawl, claims("unhealthy", 0.75))).deep.equal([["control", "etcd"]]);
    expect(diagnose(crawl, claims("silent", 0.75))).deep.equal([["control", "etcd"]]);
    expect(diagnose(crawl, claims("unhealthy", 0.25))).deep.equal([["control", undefined]]);
  });
  it("names no component because of a signal that was ill before the fault already", () => {
    expect(diagnose(crawl, { ...prompt, claim: () => "unhealthy" })).deep.equal([["control", undefined]]);
    expect(diagnose(crawl, { ...prompt, claim: () => "silent" })).deep.equal([["control", undefined]]);
  });
});

describe("diagnosis of what one plane cannot have pulled along", () => {
  const crawling: Behaviour = hit([1_300, "ok"], ({ plane }) => plane === "control");
  it("abstains where users are hit by something milder than what changes wait for", () => {
    const both: Behaviour = (probe, at, random) =>
      probe.plane === "data" && partAt(at) === "fault" && random() < 0.3 ? [50, "late"] : crawling(probe, at, random);
    expect(diagnose(both)).match(
      /data, control are impaired, and item-read@app-1 was so in \d+.* % of its samples, which the control plane with 9\d.* % does not explain/u,
    );
  });
  it("abstains where users were hit first", () => {
    const later: Behaviour = (probe, at, random) => {
      if (probe.plane === "data" && partAt(at) === "fault") return [50, "late"];
      return at < 20_000 ? calm(probe, at, random) : crawling(probe, at, random);
    };
    expect(diagnose(later)).match(/item-read@app-1 was so (8\.\d|9\.\d)s before the control plane was/u);
  });
});

describe("diagnosis of two planes at once", () => {
  const sshAndReads = hit([500, "late"], ({ name }) => name === "ssh-banner" || name === "item-read");

  it("names both where no single cause explains them and each has one of its own", () => {
    expect(diagnose(sshAndReads)).deep.equal([
      ["data", undefined],
      ["management", "etcd"],
    ]);
  });
  it("names both planes of one component that is cut off or dead, since banners and requests are answered by different processes", () => {
    const ill = ["ssh-banner@etcd-1", "put-flag@app-1", "flag-propagation"];
    expect(diagnose(hit([500, "late"], ({ instance }) => ill.includes(instance)))).deep.equal([
      ["control", "etcd-1"],
      ["management", "etcd-1"],
    ]);
  });
  it("names both planes of a component that is asked directly on both and pulls neither along", () => {
    const dead = hit([8_000, "late"], ({ instance }) => ["item-read@app-1", "put-flag@app-1", "flag-propagation"].includes(instance));
    const signals = diskPressure.signals.map((signal) => ({
      ...signal,
      instance: "app-healthz@app-1",
      component: "app-1",
      request: { ...signal.request, endpoint: { ...signal.request.endpoint, component: "app-1" } },
    }));
    expect(diagnose(dead, { ...silentInFault, plan: { ...noopPlan, signals } })).deep.equal([
      ["data", "app-1"],
      ["control", "app-1"],
    ]);
  });
  it("sees a cascade beside a second cause", () => {
    const both = hit([1_300, "ok"], ({ plane, instance }) => plane !== "management" || instance === "ssh-banner@etcd-3");
    expect(diagnose(both)).deep.equal([
      ["control", "etcd"],
      ["management", "etcd-3"],
    ]);
  });
  it("abstains where what is calm speaks for everybody who could be blamed", () => {
    const three = hit([500, "late"], ({ instance }) => ["put-flag@app-1", "item-read@app-2", "ssh-banner@etcd-3"].includes(instance));
    expect(diagnose(three)).match(/data, control, management are impaired, and /u);
  });
  it("abstains where the machine itself was slow", () => {
    const twins: JournalRecord = {
      type: "twin",
      at: 51_000,
      vantage: "user",
      rows: Array.from({ length: 500 }, (_, index) => [1_000 + 100 * index, 0, index > 150 && index % 10 === 0 ? 90 : 1]),
    };
    const records = [...journal({ behaviour: sshAndReads }), twins];
    expect(judge(records).diagnosis.abstained).match(/data, management are impaired, and the vantage user was slow by itself/u);
  });
});

describe("diagnosis of the way behind who only passes things on", () => {
  const collector = { ...required(diskPressure.stack.components[0]), name: "prometheus", service: "prometheus", index: 1 };
  const freshness = required(probes.find(({ instance }) => instance === "put-flag@app-1"));
  const up = required(diskPressure.signals[0]);
  const endpoint = { component: "prometheus", network: "mgmt", port: 9_090 };
  const request = { ...up.request, endpoint };
  const plan: Plan = {
    ...noopPlan,
    stack: {
      ...diskPressure.stack,
      components: [...diskPressure.stack.components, collector],
      edges: [
        ...diskPressure.stack.edges,
        ...["etcd-1", "etcd-2", "etcd-3"].map((to) => ({ from: "prometheus", to, port: 2_379, network: "mgmt" })),
      ],
    },
    probes: [
      ...probes,
      {
        ...freshness,
        instance: "metrics-age",
        name: "metrics-age",
        component: "prometheus",
        plane: "management",
        measurement: { kind: "http", request, connection: "new" },
      },
    ],
    signals: [{ ...up, instance: "up", name: "up", component: "prometheus", request }],
  };
  const frozen = hit([8_000, "failed"], ({ name }) => name === "metrics-age");

  it("names no component where the collector answers, though it claims that something is wrong", () => {
    const claim: Script["claim"] = (_, at) => (partAt(at) === "fault" ? "unhealthy" : "healthy");
    const script = { plan, ...prompt, claim };
    expect(diagnose(frozen, script)).deep.equal([["management", undefined]]);
    expect(read(frozen, script).rows.join("\n")).contain("prometheus to etcd over mgmt");
  });
  it("names the collector where it does not answer", () => {
    expect(diagnose(frozen, { plan, ...silentInFault })).deep.equal([["management", "prometheus"]]);
  });
  it("names a member on both planes where the application and the collector reach it over networks of their own", () => {
    const cut = hit(
      [8_000, "late"],
      ({ name, instance }) => name === "metrics-age" || ["put-flag@app-1", "flag-propagation"].includes(instance),
    );
    const edges = plan.stack.edges.filter(({ from, to }) => from !== "prometheus" || to === "etcd-1");
    const script = { plan: { ...plan, stack: { ...plan.stack, edges }, signals: diskPressure.signals }, ...silentInFault };
    expect(diagnose(cut, script)).deep.equal([
      ["control", "etcd-1"],
      ["management", "etcd-1"],
    ]);
  });
});
