// The images as they are, on the usual engine.
import { join } from "node:path";
import { expect } from "chai";
import { hidden } from "../../src/model/hidden.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import { ensure, type Provided } from "../../src/setup/ensure.ts";

const folder = join(import.meta.dirname, "fixture-target");

describe("ensure", function () {
  this.timeout(600_000);
  let provided: Provided;
  before(async () => {
    provided = await ensure({ toolbox: true, agent: true, images: [{ folder, builds: ["hello"] }] });
  });

  async function outputOf(image: string, command: readonly string[]): Promise<string> {
    const container = await provided.engine?.api.createContainer({
      Image: image,
      Cmd: [...command],
      Tty: true,
      HostConfig: { NetworkMode: "none" },
    });
    if (container === undefined) throw new Error("no engine");
    try {
      await container.start();
      await container.wait();
      return (await container.logs({ stdout: true, stderr: true, follow: false })).toString("utf8").trim();
    } finally {
      await container.remove({ force: true });
    }
  }

  it("does nothing the second time, and quickly", async () => {
    const lines: string[] = [];
    const again = await ensure({ toolbox: true, agent: true, images: [{ folder, builds: ["hello"] }] }, (line) => lines.push(line));
    expect(lines).to.deep.equal([]);
    expect(again.toolbox).to.equal(provided.toolbox);
    expect(again.agentFolder).to.equal(provided.agentFolder);
  });

  it("gives a toolbox with Node 24, nft, ip and ssh2", async () => {
    const toolbox = provided.toolbox ?? "";
    expect(await outputOf(toolbox, ["node", "-p", "process.versions.node"])).to.match(/^24\./u);
    expect(await outputOf(toolbox, ["nft", "--version"])).to.match(/^nftables v1/u);
    expect(await outputOf(toolbox, ["ip", "-V"])).to.include("iproute2");
    expect(await outputOf(toolbox, ["node", "-p", "typeof require('ssh2').Client"])).to.equal("function");
  });

  it("bakes the host's certificates in, and names them", async () => {
    const count = await outputOf(provided.toolbox ?? "", [
      "node",
      "-p",
      "String(require('fs').readFileSync(process.env.SSL_CERT_FILE, 'utf8').split('BEGIN CERT').length > 20 && process.env.NODE_EXTRA_CA_CERTS === process.env.SSL_CERT_FILE)",
    ]);
    expect(count).to.equal("true");
  });

  it("asked the kernel", () => expect(provided.kernel).to.have.property("nft"));

  it("builds a target's image and gives its name by folder and build", async () => {
    const image = provided.image(folder, "hello");
    expect(image).to.match(/^planefault\/fixture-target-hello:[0-9a-f]{16}$/u);
    expect(await outputOf(image, ["cat", "/hello.txt"])).to.equal("hello");
    expect(() => provided.image(folder, "other")).to.throw("was not among the needs");
  });

  it("builds a Compose build with a stand-in for the image in its FROM, a stage and arguments", async () => {
    const build = {
      context: "./composed",
      dockerfile: "App.Dockerfile",
      target: "wanted",
      args: hidden({ WORD: "said" }),
      bases: { "registry.invalid/somebody/alpine:3": "hello" },
    };
    const composed = await ensure({ images: [{ folder, builds: [build] }] }, () => {});
    expect(await outputOf(composed.image(folder, build), ["cat", "/word", "/hello.txt"])).to.equal("saidhello");
  });

  it("names both ways to an image that the engine does not have, and pulls nothing", async () => {
    const name = "registry.invalid/nobody/nothing:1";
    const failed = await ensure({ images: [{ folder, builds: [{ image: name }] }] }, () => {}).catch((error: unknown) => error);
    if (!(failed instanceof PlanefaultError)) throw new Error(`expected a PlanefaultError, got ${String(failed)}`);
    expect(failed.message).to.equal(`the container engine has no image "${name}"`);
    expect(failed.hint).to.include("pull it by hand").and.include(`images: { "${name}": ./folder }`);
  });

  it("puts a failed build's last words into the error", async () => {
    const failed = await ensure({ images: [{ folder, builds: ["broken"] }] }, () => {}).catch((error: unknown) => error);
    if (!(failed instanceof PlanefaultError)) throw new Error(`expected a PlanefaultError, got ${String(failed)}`);
    expect(failed.exitCode).to.equal(4);
    expect(failed.message).to.include("planefault/fixture-target-broken").and.include("the last words");
    expect(failed.hint).to.include(".log");
  });
});
