// That the list of what comes along is the same for the same lock file, whoever makes it and when. That the package carries it: package.test.ts.
import { expect } from "chai";
import { type Bom, withoutChance } from "../../release/sbom.ts";

const component = (name: string) => ({ "bom-ref": `${name}@1.0.0`, name, version: "1.0.0" });
const made = (serialNumber: string, timestamp: string, names: readonly string[]): Bom => ({
  serialNumber,
  metadata: { timestamp, tools: [{ name: "cli", version: timestamp }], component: component("planefault") },
  components: names.map(component),
  dependencies: names.map((name) => ({ ref: `${name}@1.0.0`, dependsOn: names.map((other) => `${other}@1.0.0`) })),
});

describe("the list of what comes along", () => {
  it("has no time, no serial number and no order of chance", () => {
    const one = withoutChance(made("urn:uuid:1", "2026-01-01T00:00:00Z", ["b", "a"]));
    const other = withoutChance(made("urn:uuid:2", "2027-01-01T00:00:00Z", ["a", "b"]));
    expect(JSON.stringify(one)).to.equal(JSON.stringify(other));
    expect(JSON.stringify(one)).not.to.match(/urn:uuid|2026/u);
    expect(one.components.map(({ name }) => name)).to.deep.equal(["a", "b"]);
  });
  it("leaves out what only development needs", () => {
    const all = made("urn:uuid:1", "now", ["a", "b"]);
    const properties = [{ name: "cdx:npm:package:development", value: "true" }];
    const left = withoutChance({ ...all, components: all.components.map((one) => (one.name === "b" ? { ...one, properties } : one)) });
    expect(left.components.map(({ name }) => name)).to.deep.equal(["a"]);
    expect(left.dependencies).to.deep.equal([{ ref: "a@1.0.0", dependsOn: ["a@1.0.0"] }]);
  });
});
