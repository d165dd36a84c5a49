// `planefault list` away from the project's root: targets are found as triage and init find them, and nothing is left out without a word.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { listCommand } from "../../src/commands/list.ts";

async function listed(folder: string, json = false): Promise<string> {
  let text = "";
  expect(await listCommand([], { json }, (part) => void (text += part), folder)).to.equal(0);
  return text;
}

describe("planefault list", () => {
  it("names experiments, targets, kinds of faults and probes", async () => {
    let text = "";
    expect(await listCommand(["experiments"], {}, (part) => void (text += part))).to.equal(0);
    for (const part of ["disk.throttle", "heartbeat", "experiments/echo/loss.yaml", "one HTTP server with sshd"])
      expect(text).to.include(part);
  });

  it("finds in a folder below the project the targets above it, and says why it lists no experiments", async () => {
    const below = resolve("experiments/echo");
    const text = await listed(below);
    expect(text)
      .to.match(/^Targets\n {2}echo +\S/mu)
      .and.to.match(/^Faults$/mu);
    expect(text).to.contain(`Experiments\n  none: ${below} has no folder "experiments"; name files or folders\n`);
    const { targets } = JSON.parse(await listed(below, true)) as { readonly targets: readonly { readonly file: string }[] };
    expect(targets.map(({ file }) => file)).to.deep.equal([
      "targets/echo/target.yaml",
      "targets/etcd-app/target.yaml",
      "targets/nginx-nodejs-redis/target.yaml",
    ]);
  });

  it("says why there are no targets, and where some are", async () => {
    const empty = mkdtempSync(join(tmpdir(), "planefault-list-"));
    expect(await listed(empty)).to.match(
      /^Targets\n {2}none: .* no folder "targets" .*\n {2}write one \(.*\), or copy a shipped one: .*targets\/echo/mu,
    );
    rmSync(empty, { recursive: true });
  });
});
