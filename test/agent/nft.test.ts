// The conversation with `nft -i`, with small programs in its place.
import { expect } from "chai";
import { Nft, elementsOf } from "../../src/agent/nft.ts";

const played = (script: string): Nft =>
  new Nft(process.execPath, ["-e", `require('node:readline').createInterface({input:process.stdin}).on('line',(line)=>{${script}})`]);

describe("nft child", () => {
  it("gives each change the listing that follows it", async () => {
    const nft = played("if (line.startsWith('list')) console.log(JSON.stringify({ line }))");
    const both = await Promise.all([nft.change("add a", "list a"), nft.change("add b", "list b")]);
    await nft.close();
    expect(both.map(({ listing }) => listing)).to.deep.equal(['{"line":"list a"}', '{"line":"list b"}']);
  });

  it("says what nft said when the listing itself fails", async () => {
    const nft = played("if (line.startsWith('list')) console.error('Error: No such file or directory')");
    const error = await nft.change("add a", "list a").catch((caught: unknown) => String(caught));
    await nft.close();
    expect(error).to.include("No such file or directory");
  });

  it("waits no longer than its deadline, and is given up then", async () => {
    const nft = played("");
    const error = await nft.change("add a", "list a").catch((caught: unknown) => String(caught));
    await nft.close();
    expect(error).to.match(/waited 2000 ms for nft to answer "list a"/u);
  });

  for (const [why, script] of [
    ["an answer that never comes", ""],
    ["a complaint in place of one", "if (line.startsWith('list')) console.error('Error: busy')"],
  ] as const)
    it(`is killed after ${why}: what it says later belongs to nobody`, async () => {
      const nft = played(script);
      const lost = await nft.change("add a", "list a").catch((caught: unknown) => String(caught));
      expect(lost).to.match(/waited 2000 ms|busy/u);
      await nft.close();
      expect(await nft.change("add b", "list b").catch((caught: unknown) => String(caught))).to.include("nft ended (SIGKILL)");
    });

  it("fails at once when the program has ended", async () => {
    const nft = played("process.exit(3)");
    expect(await nft.change("add a", "list a").catch((caught: unknown) => String(caught))).to.match(/ended \(3\)/u);
    expect(await nft.change("add a", "list a").catch((caught: unknown) => String(caught))).to.match(/ended \(3\)/u);
  });

  it("reads elements with and without timeouts, and nothing else", () => {
    expect(
      elementsOf('{"nftables":[{"set":{"name":"c1","elem":[{"elem":{"val":"10.0.0.2","timeout":1,"expires":0}},"10.0.0.3"]}}]}'),
    ).to.deep.equal(["10.0.0.2", "10.0.0.3"]);
    expect(elementsOf('{"nftables":[{"set":{"name":"10.0.0.9"}}]}')).to.deep.equal([]);
  });
});
