// The schemas that editors use: committed as generated, every field explained, and of use in a real language server.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { jsonSchemas } from "../../src/files/json-schema.ts";
import { LanguageServer } from "./language-server.ts";

const schemaFolder = new URL("../../schema/", import.meta.url);

/** Paths of properties without a description. */
function unexplained(schema: unknown, path = ""): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((item, index) => unexplained(item, `${path}[${index}]`));
  if (typeof schema !== "object" || schema === null) return [];
  const own =
    "properties" in schema && typeof schema.properties === "object" && schema.properties !== null ? Object.entries(schema.properties) : [];
  const bare = own.filter(([name, value]) => name !== "kind" && !("description" in value)).map(([name]) => `${path}.${name}`);
  return [
    ...bare,
    ...Object.entries(schema).flatMap(([name, value]) => unexplained(value, name === "properties" ? path : `${path}.${name}`)),
  ];
}

describe("JSON schemas", () => {
  for (const [name, text] of Object.entries(jsonSchemas())) {
    it(`schema/${name} is what \`planefault schema\` writes`, () => {
      expect(readFileSync(new URL(name, schemaFolder), "utf8")).to.equal(text);
    });
    it(`${name} explains every field`, () => {
      expect(unexplained(JSON.parse(text))).to.deep.equal([]);
    });
  }
  it("the check for explanations finds a bare field", () => {
    expect(unexplained({ properties: { a: { type: "string" }, b: { description: "b", properties: { c: {} } } } })).to.deep.equal([
      ".a",
      ".b.c",
    ]);
  });

  describe("in yaml-language-server", function () {
    this.timeout(60_000);
    const text = [
      "version: 1",
      "title: an editor's view",
      "target: pair",
      "phases: { baseline: 5s, fault: 10s, recovery: 10s }",
      "faults:",
      "  - kind: disk.throttle",
      "    on: store",
      "    ",
      "predict: {}",
      "tagz: []",
      "",
    ].join("\n");
    const uri = "file:///experiments/editor.yaml";

    it("completes options, explains them on hover and marks one error", async () => {
      await using server = new LanguageServer();
      await server.start({ [new URL("experiment.json", schemaFolder).href]: ["/experiments/*.yaml"] });
      const diagnostics = await server.open(uri, text);
      const completion = await server.request("textDocument/completion", { textDocument: { uri }, position: { line: 7, character: 4 } });
      const hover = await server.request("textDocument/hover", { textDocument: { uri }, position: { line: 3, character: 2 } });
      expect(labels(completion)).to.include.members(["writeIops", "volume", "at", "for"]);
      expect(JSON.stringify(hover)).to.include("The three parts of a run");
      expect(JSON.stringify(diagnostics)).to.include("tagz");
    });
  });
});

function labels(completion: unknown): readonly string[] {
  if (typeof completion !== "object" || completion === null || !("items" in completion) || !Array.isArray(completion.items)) return [];
  return completion.items.map((item: { readonly label: string }) => item.label);
}
