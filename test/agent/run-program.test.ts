import { expect } from "chai";
import { outputOf } from "../../src/agent/run-program.ts";

const node = (text: string) => outputOf(process.execPath, ["-e", text]).catch((error: unknown) => String(error));

describe("outputOf", () => {
  it("gives what a program says", async () => expect(await node('process.stdout.write("[]")')).to.equal("[]"));

  it("tells an absent program, and a kernel that lacks what is asked for, from an empty answer", async () => {
    expect(await outputOf("planefault-no-such-program", [])).to.equal(undefined);
    expect(await node('console.error("Error: Operation not supported"); process.exit(1)')).to.equal(undefined);
  });

  it("rejects where a program fails or hangs, so that an unread state never equals another", async () => {
    expect(await node('console.error("Cannot open netlink socket"); process.exit(1)')).to.match(/: Cannot open netlink socket$/u);
    expect(await node("setInterval(() => {}, 1000)")).to.match(/: no end within 3000 ms$/u);
  });
});
