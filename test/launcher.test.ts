// The launcher `planefault`, in a bare copy of a clone, with programs that only note that they were called.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "..");
const oldNode = "#!/bin/sh\nexit 1\n";

function bareClone(): string {
  const folder = mkdtempSync(join(tmpdir(), "planefault-launcher-"));
  mkdirSync(join(folder, "setup"));
  mkdirSync(join(folder, "bin"));
  for (const file of ["planefault", "package-lock.json", "setup/package-lock.json"]) copyFileSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, "bin", "npm"), `#!/bin/sh\n[ "$1" = --version ] || touch ${join(folder, "installed")}\n`, { mode: 0o755 });
  return folder;
}

function launch(folder: string) {
  const path = `${join(folder, "bin")}:${process.env["PATH"]}`;
  return spawnSync(join(folder, "planefault"), ["--version"], {
    encoding: "utf8",
    env: { ...process.env, PATH: path, PLANEFAULT_SETUP: "off" },
  });
}

describe("the launcher with PLANEFAULT_SETUP=off", () => {
  let folder = "";
  beforeEach(() => {
    folder = bareClone();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("installs nothing, says everything that is missing with its command, and ends with 4", () => {
    writeFileSync(join(folder, "bin", "node"), oldNode, { mode: 0o755 });
    const { status, stderr } = launch(folder);
    expect(existsSync(join(folder, "installed")), "npm was called").to.equal(false);
    expect(stderr)
      .to.include("missing: Node 24")
      .and.to.include(`npm ci --ignore-scripts --prefix '${join(folder, "setup")}'`);
    expect(stderr).to.include("missing: the locked dependencies").and.to.include(`npm ci --ignore-scripts --prefix '${folder}'`);
    expect(status).to.equal(4);
  });

  it("goes on once the commands that it said were run", () => {
    const command = /forbids to install: npm ci [^&]*&& (?<copy>.*)$/mu.exec(launch(folder).stderr)?.groups?.["copy"] ?? "false";
    mkdirSync(join(folder, "node_modules"));
    execFileSync("sh", ["-c", command]);
    expect(launch(folder).stderr).not.to.include("missing");
  });
});
