// What `npm pack` gives, installed in an empty folder: compiled, with what it needs beside it, and working there. Its dependencies are ours, linked, so that no network is needed.
import { expect } from "chai";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Bom } from "../release/sbom.ts";

const run = promisify(execFile);
const deadlineMs = 120_000;

describe("the package", function () {
  this.timeout(2 * deadlineMs);
  let folder = "";
  let installed = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "planefault-package-"));
    const modules = join(folder, "node_modules");
    await mkdir(modules);
    await run("npm", ["pack", "--pack-destination", folder, "--loglevel=error"], { timeout: deadlineMs });
    const [tarball = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    await run("tar", ["-xzf", join(folder, tarball), "-C", folder]);
    installed = join(modules, "planefault");
    await rename(join(folder, "package"), installed);
    const { dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
      readonly dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(resolve("node_modules", name), join(modules, name));
    }
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  /** In the empty folder, as a user's own program would be run: without our condition that means the sources. */
  const node = async (...words: readonly string[]) => {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: "",
      DOCKER_HOST: "unix:///nonexistent/planefault.sock",
      XDG_CACHE_HOME: join(folder, "cache"),
    };
    delete environment["CI"];
    try {
      const { stdout, stderr } = await run(process.execPath, [...words], { cwd: folder, env: environment, timeout: deadlineMs });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
      return { code, output: stdout + stderr };
    }
  };
  const planefault = (...words: readonly string[]) => node(join(installed, "dist", "cli.js"), ...words);

  it("holds compiled code for everything, agent and keeper too, and no TypeScript that Node would have to strip there", async () => {
    const files = (await readdir(installed, { recursive: true })).filter((path) => /^(?:dist|src|test)\b/u.test(path));
    expect(files).to.include.members([
      "dist/cli.js",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/mocha.js",
      "dist/agent/main.js",
      "dist/keeper/main.js",
    ]);
    expect(files.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).to.deep.equal([]);
    const compiled = await Promise.all(files.filter((path) => path.endsWith(".js")).map((path) => readFile(join(installed, path), "utf8")));
    expect(compiled.filter((text) => /from "\.[^"]*\.ts"|import\("\.[^"]*\.ts"\)/u.test(text))).to.deep.equal([]);
  });

  it("brings its images, schemas, targets and experiments along", async () => {
    for (const path of [
      "setup/package.json",
      "setup/package-lock.json",
      "setup/images",
      "schema/experiment.json",
      "targets/etcd-app/target.yaml",
      "experiments/etcd-app/disk-pressure.yaml",
    ])
      expect(await readdir(join(installed, dirname(path))), path).to.include(basename(path));
  });

  it("carries the list of all that comes along with it, and of nothing else", async () => {
    const bom = JSON.parse(await readFile(join(installed, "dist", "sbom.cdx.json"), "utf8")) as Bom;
    const { packages } = JSON.parse(await readFile("package-lock.json", "utf8")) as {
      readonly packages: Record<string, { readonly name?: string; readonly version: string; readonly dev?: true }>;
    };
    const along = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
    // An alias says what it really is.
    const named = along.map(([path, { name = path.slice(path.lastIndexOf("node_modules/") + 13), version }]) => `${name}@${version}`);
    expect([...new Set(bom.components.map((one) => `${one.name}@${one.version}`))].toSorted()).to.deep.equal(
      [...new Set(named)].toSorted(),
    );
  });

  it("runs doctor in an empty folder, which names the way to call it there", async () => {
    const { code, output } = await planefault("doctor");
    expect(code, output).to.equal(4);
    expect(output).to.contain("What is there").and.to.contain("Which faults this machine can do").and.not.to.contain("./planefault");
  });

  it("names in its help an experiment that is there", async () => {
    const { output } = await planefault("--help");
    const file = join("node_modules", "planefault", "experiments", "etcd-app", "disk-pressure.yaml");
    expect(output).to.contain(`Start with: npx planefault run ${file}`);
  });

  it("takes agent and keeper as they are compiled in it", async () => {
    const { output } = await node(
      "--input-type=module",
      "--eval",
      `import { ensureAgent } from ${JSON.stringify(join(installed, "dist", "setup", "agent-folder.js"))}; console.log(await ensureAgent());`,
    );
    expect(output.trim()).to.equal(join(installed, "dist"));
  });

  it("plans its own experiments, and those of the user, in YAML and in TypeScript", async () => {
    const shipped = await planefault("plan", join("node_modules", "planefault", "experiments", "etcd-app", "disk-pressure.yaml"));
    expect(shipped.code, shipped.output).to.equal(0);
    expect(shipped.output).to.contain("Changes, each with its undo");
    await cp(join(installed, "targets", "echo"), join(folder, "targets", "echo"), { recursive: true });
    await cp(join(installed, "experiments", "echo", "loss.yaml"), join(folder, "mine.yaml"));
    await writeFile(
      join(folder, "mine.ts"),
      `import { defineExperiment } from "planefault";
export default defineExperiment({
  version: 1,
  title: "typed words",
  target: "echo",
  phases: { baseline: "5s", fault: "6s", recovery: "4s" },
  faults: [{ kind: "noop" }],
  predict: { planes: { data: "unaffected" } },
});
`,
    );
    const { code, output } = await planefault("plan", "mine.yaml", "mine.ts");
    expect(code, output).to.equal(0);
    expect(output).to.contain("the user's packets are lost").and.to.contain("typed words");
  });

  it("is imported by its name: the API and planefault/mocha, compiled there, from the sources here", async () => {
    const { code, output } = await node(
      "--input-type=module",
      "--eval",
      'import * as api from "planefault"; import * as mocha from "planefault/mocha"; console.log(import.meta.resolve("planefault"), Object.keys(api).toSorted().join(), Object.keys(mocha).toSorted().join());',
    );
    expect(code, output).to.equal(0);
    expect(output).to.contain("planefault/dist/index.js").and.to.contain("defineExperiment,").and.to.contain("experiment,useTarget");
    expect(import.meta.resolve("planefault/mocha")).to.match(/\/src\/mocha\.ts$/u);
  });
});
