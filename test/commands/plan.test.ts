// The dry run as a command: text or JSON, exit codes, and nothing but files.
import { expect } from "chai";
import { planCommand } from "../../src/commands/plan.ts";
import type { Facts } from "../../src/plan/facts.ts";

async function run(words: readonly string[], json = false, facts: Facts = {}): Promise<{ readonly exit: number; readonly text: string }> {
  let text = "";
  const exit = await planCommand(words, { json }, (part) => void (text += part), { facts });
  return { exit, text };
}

describe("planefault plan", () => {
  it("prints a plan and exits 0", async () => {
    const { exit, text } = await run(["experiments/echo/loss.yaml"]);
    expect([exit, text.includes("Changes, each with its undo")]).to.deep.equal([0, true]);
  });
  it("prints all problems of all files and exits 2", async () => {
    const { exit, text } = await run([
      "test/files/bad/unknown-option.yaml",
      "experiments/echo/loss.yaml",
      "test/files/bad/unknown-kind.yaml",
    ]);
    expect(exit).to.equal(2);
    for (const part of ["unknown-option.yaml:5:45", "Changes, each with its undo", "unknown-kind.yaml:5:19"]) expect(text).to.include(part);
  });
  it("refuses what this machine cannot do, or where nobody has proved it", async () => {
    const refused = async (file: string, facts: Facts) => {
      const { exit, text } = await run([file], false, facts);
      return `${exit} ${text.split("\n")[0]}`;
    };
    expect(await refused("experiments/etcd-app/disk-pressure.yaml", { cgroup: 2 })).to.match(/^2 .* are written but not proved here/u);
    expect(await refused("experiments/echo/loss.yaml", { nft: false })).to.match(/^2 .* this kernel has no nf_tables/u);
    expect(await refused("experiments/echo/loss.yaml", { cgroup: 2 })).to.match(/^0 /u);
  });
  it("takes only experiments with a tag, and says which there are where none has it", async () => {
    const tagged = async (words: readonly string[], tag: string) => {
      const texts: string[] = [];
      const exit = await planCommand(words, { json: true, tag }, (part) => void texts.push(part), { facts: {} });
      return [exit, (JSON.parse(texts.join("")) as readonly { readonly file: string }[]).map(({ file }) => file)];
    };
    expect(await tagged(["experiments/nginx-nodejs-redis", "experiments/echo/loss.yaml"], "reference")).to.deep.equal([
      0,
      ["experiments/nginx-nodejs-redis/nothing.yaml", "experiments/nginx-nodejs-redis/wrong.yaml"],
    ]);
    // What tags it has nobody knows.
    const bad = "test/files/bad/unknown-option.yaml";
    expect(await tagged([bad, "experiments/echo/loss.yaml"], "reference")).to.deep.equal([2, [bad]]);
    for (const [words, hint] of [
      [["experiments/nginx-nodejs-redis"], "tags there: counterpart, reference"],
      [["experiments/echo/loss.yaml"], "none of them has tags"],
    ] as const) {
      const error: unknown = await planCommand(words, { tag: "counterparts" }, () => {}).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "input", message: 'no experiment has the tag "counterparts"', hint });
    }
  });
  it("gives JSON", async () => {
    const { text } = await run(["experiments/echo/loss.yaml"], true);
    expect(JSON.parse(text)[0].plan.version).to.equal(1);
  });
});
