import { expect } from "chai";
import { judge } from "../../src/judge/judge.ts";
import { type Behaviour, calm, journal, partAt } from "./journal-builder.ts";

const hit =
  (seen: readonly [number, "ok" | "failed" | "late"], which: (probe: Parameters<Behaviour>[0]) => boolean): Behaviour =>
  (probe, at, random) =>
    partAt(at) === "fault" && which(probe) ? seen : calm(probe, at, random);
const diagnose = (behaviour: Behaviour) => {
  const { root, component } = judge(journal({ behaviour })).diagnosis;
  return [root, component];
};

describe("diagnosis, blind", () => {
  it("says none where nothing happened", () => {
    expect(diagnose(calm)).deep.equal(["none", undefined]);
  });
  it("finds the shared dependency behind crawling writes", () => {
    expect(diagnose(hit([1_300, "ok"], ({ plane }) => plane === "control"))).deep.equal(["control", "etcd"]);
  });
  it("finds the root plane under a cascade: reads ask etcd too", () => {
    expect(diagnose(hit([1_300, "ok"], ({ plane }) => plane !== "management"))).deep.equal(["control", "etcd"]);
  });
  it("finds the one member whose application alone suffers", () => {
    expect(diagnose(hit([8_000, "late"], ({ instance }) => instance === "put-flag@app-1" || instance === "flag-propagation"))).deep.equal([
      "control",
      "etcd-1",
    ]);
  });
  it("blames the way, no component, where users lose packets and everything else is well", () => {
    expect(diagnose(hit([50, "late"], ({ plane }) => plane === "data"))).deep.equal(["data", undefined]);
  });
  it("stays on the management plane where SSH is blocked", () => {
    expect(diagnose(hit([500, "late"], ({ name }) => name === "ssh-banner"))).deep.equal(["management", "etcd"]);
    expect(diagnose(hit([500, "late"], ({ instance }) => instance === "ssh-banner@etcd-2"))).deep.equal(["management", "etcd-2"]);
  });
  it("takes the plane of what is asked directly before that of whoever asks it", () => {
    const ill = ["ssh-banner@etcd-1", "put-flag@app-1", "flag-propagation"];
    expect(diagnose(hit([500, "failed"], ({ instance }) => ill.includes(instance)))).deep.equal(["management", "etcd-1"]);
  });
  it("abstains where planes fall together and nothing tells them apart", () => {
    const { root, abstained } = judge(
      journal({ behaviour: hit([500, "late"], ({ name }) => name === "ssh-banner" || name === "item-read") }),
    ).diagnosis;
    expect(root).equal(undefined);
    expect(abstained).match(/data, management are impaired/u);
  });
});
