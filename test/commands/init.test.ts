// `planefault init`: every file that it writes is valid, planned and honest, and it writes nowhere where it should not.
import { expect } from "chai";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initWith, type InitOptions, type InitPorts } from "../../src/commands/init.ts";
import { loadPlan } from "../../src/commands/load-plan.ts";
import { faults } from "../../src/faults/list.ts";
import { PlanefaultError } from "../../src/model/error.ts";

describe("planefault init", function () {
  this.timeout(20_000);
  let folder = "";
  let said = "";
  beforeEach(async () => {
    said = "";
    folder = await mkdtemp(join(tmpdir(), "planefault-init-"));
    await mkdir(join(folder, "targets"));
    for (const name of ["echo", "etcd-app"]) await cp(`targets/${name}/target.yaml`, join(folder, "targets", name, "target.yaml"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const init = (options: InitOptions, ports: Partial<InitPorts> = {}): Promise<number> =>
    initWith(folder, options, { out: (text) => void (said += `${text}\n`), ask: undefined, facts: {}, ...ports });
  const refused = async (options: InitOptions, ports: Partial<InitPorts> = {}): Promise<string> => {
    const error: unknown = await init(options, ports).catch((thrown: unknown) => thrown);
    if (!(error instanceof PlanefaultError)) throw new Error(`not refused: ${String(error)}`);
    expect(error.exitCode).to.equal(2);
    return `${error.message} | ${error.hint ?? ""}`;
  };
  const planned = async (file: string) => {
    const found = await loadPlan(file);
    if (!found.ok) throw new Error(found.problems);
    return found.plan;
  };

  it("predicts what the fault does not meet, and leaves the rest as a question", async () => {
    expect(await init({ target: "echo" })).to.equal(0);
    const file = join(folder, "experiments", "echo", "net-loss.yaml");
    expect(said).to.contain(`wrote ${file}`).and.not.to.contain("open:");
    const {
      predictions,
      faults: [fault],
      phases,
    } = await planned(file);
    expect(fault?.sentence).to.equal("lose 100 % of the packets between echo and user");
    expect(predictions.map(({ id }) => id)).to.deep.equal([
      "resolve none",
      "control unaffected",
      "management unaffected",
      "echo-health claims healthy during fault",
      "recovery",
    ]);
    expect(phases.faultMs).to.equal(8_000);
    expect(await readFile(file, "utf8")).to.contain("# - { probe: get, symptom: failing }");
  });

  it("leaves a plane open where all of it meets the fault, and says so", async () => {
    await init({ target: "echo", fault: "process.pause" });
    expect(said).to.contain("open: the control plane is not predicted").and.not.to.contain("open: the data plane");
    const text = await readFile(join(folder, "experiments", "echo", "process-pause.yaml"), "utf8");
    expect(text).to.contain("# control: [{ probe: set-value, symptom: failing }]");
  });

  for (const { kind } of faults)
    it(`writes a file with ${kind} that a plan accepts, or says why there is none`, async () => {
      const written: string[] = [];
      for (const target of ["echo", "etcd-app"]) {
        const out = join(folder, `${target}.yaml`);
        const error: unknown = await init({ target, fault: kind, out }).then(
          () => written.push(out),
          (thrown: unknown) => thrown,
        );
        if (error instanceof PlanefaultError) expect(error.message).to.match(/^no first experiment with /u);
      }
      for (const out of written) {
        const plan = await planned(out);
        expect(plan.faults.map((fault) => fault.kind)).to.deep.equal([kind]);
        expect(plan.predictions).not.to.deep.equal([]);
        expect(plan.budget.filter(({ needed, available }) => needed > available)).to.deep.equal([]);
      }
      expect(written, "etcd-app has all that a fault can need: is an option missing in `guess` of fault-choice.ts?").not.to.deep.equal([]);
    });

  const wheres = [
    { kind: "process.kill", target: "etcd-app", on: "app" },
    { kind: "process.restart", target: "etcd-app", on: "app" },
    { kind: "disk.error", target: "etcd-app", on: "app" },
    { kind: "dns.block", target: "echo", on: "dns" },
    { kind: "ssh.block", target: "etcd-app", on: "etcd" },
  ];
  for (const { kind, target, on } of wheres)
    it(`breaks ${on} of ${target} with ${kind}: a process that comes back, a port that somebody serves`, async () => {
      const out = join(folder, "first.yaml");
      await init({ target, fault: kind, out });
      expect(await readFile(out, "utf8")).to.contain(`faults: [{ kind: ${kind}, on: ${on}${kind === "disk.error" ? "," : " }"}`);
    });

  it("blocks no port that nobody is known to serve: the file could not fail", async () => {
    expect(await refused({ target: "etcd-app", fault: "dns.block" })).to.contain(
      "no probe, signal or edge of the target meets port 53 of etcd",
    );
  });

  it("breaks the replica that the target allows to be touched, where it does not allow its whole service", async () => {
    const file = join(folder, "targets", "etcd-app", "target.yaml");
    await writeFile(file, `${await readFile(file, "utf8")}\nallow: [app-2]\n`);
    for (const kind of ["process.pause", "net.loss", "ssh.block"]) {
      const out = join(folder, "allowed.yaml");
      await init({ target: "etcd-app", fault: kind, out, force: true });
      const { faults: done, changes } = await planned(out);
      expect(done.map((fault) => fault.kind)).to.deep.equal([kind]);
      expect(changes.map(({ apply }) => apply.at.component))
        .to.include("app-2")
        .and.not.to.include("app-1");
    }
  });

  it("names as other kinds only those that would be written", async () => {
    const words = await refused({ target: "etcd-app", fault: "dns.block" });
    const kinds = /other kinds: (?<kinds>.+)$/u.exec(words)?.groups?.["kinds"]?.split(", ") ?? [];
    expect(kinds).to.include.members(["net.loss", "disk.throttle"]).and.not.to.include("dns.block");
    for (const kind of kinds) await init({ target: "etcd-app", fault: kind, out: join(folder, "other.yaml"), force: true });
  });

  it("tells a broken target as `plan` does, and names no other kinds", async () => {
    const file = join(folder, "targets", "echo", "target.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("    x-supervised:", "    privileged: true\n    x-supervised:"));
    expect(await refused({ target: "echo" }))
      .to.match(/echo\/target\.yaml:\d+:\d+ /u)
      .and.to.contain("| ^^^^^^^^^^".replace("| ", "    "))
      .and.not.to.contain("other kinds");
  });

  it("slows the fsyncs of whoever has a volume, and doubts those of whoever has none, under a short title", async () => {
    const out = join(folder, "first.yaml");
    await init({ target: "etcd-app", fault: "disk.delay", out });
    expect(await readFile(out, "utf8"))
      .to.contain("kind: disk.delay, on: etcd,")
      .and.not.to.contain("never syncs");
    said = "";
    await init({ target: "echo", fault: "disk.error", out, force: true });
    const text = await readFile(out, "utf8");
    const doubt = "echo has no volume: if it never syncs, a run is inconclusive; --variant names a configuration that syncs";
    expect(text)
      .to.contain(doubt)
      .and.to.contain('title: "first look: let each fsync of echo fail: its disk says that it is broken (EIO)"');
    expect(said).to.contain("open: disk.error").and.to.contain("from-file, durable, careless");
    await init({ target: "etcd-app", fault: "disk.error", out, force: true });
    expect(await readFile(out, "utf8")).to.contain("etcd has one, but nobody is known to bring its process back");
  });

  it("says of single probes that they stay calm where others of their plane meet the fault", async () => {
    await init({ target: "etcd-app", fault: "disk.throttle", variant: "read-through" });
    const { predictions, stack } = await planned(join(folder, "experiments", "etcd-app", "disk-throttle.yaml"));
    expect(stack.variant).to.equal("read-through");
    expect(predictions.map(({ id }) => id)).to.deep.equal([
      "metrics-app none",
      "audit none",
      "ssh-banner-app none",
      "oob-banner-app none",
      "oob-exec-app-1 none",
      "up-app claims healthy during fault",
      "recovery",
    ]);
  });

  it("can be opened up: each question in it is valid where its mark is taken away", async () => {
    await init({ target: "etcd-app", fault: "disk.throttle" });
    const file = join(folder, "experiments", "etcd-app", "disk-throttle.yaml");
    const text = await readFile(file, "utf8");
    const opened = text
      .replace("  # planes:", "  planes:")
      .replace(/# (data|control): \[/gu, "$1: [")
      .replace("  # signals:", "  signals:")
      .replace(/# ([a-z-]+): \{ claims/gu, "$1: { claims")
      .replace("# - {", "- {")
      .replace("# diagnosis:", "diagnosis:");
    await writeFile(file, opened);
    const { predictions, probes, signals } = await planned(file);
    const names = (all: readonly { readonly name: string }[]): readonly string[] => [...new Set(all.map(({ name }) => name))];
    const kinds = Map.groupBy(predictions, ({ kind }) => kind);
    expect([...kinds.keys()]).to.deep.equal(["symptom", "claims", "recovery", "diagnosis"]);
    expect(kinds.get("claims")?.length).to.equal(names(signals).length);
    // One question for each plane, besides what stays calm.
    const calm = names(probes).filter((name) => text.includes(`\n      - { probe: ${name}, symptom: none }`));
    expect(kinds.get("symptom")?.length).to.equal(calm.length + 3);
  });

  it("names a target file by its path from where the experiment lies", async () => {
    const out = join(folder, "mine", "deep", "look.yaml");
    await init({ target: join(folder, "targets", "echo", "target.yaml"), out });
    await init({ target: "./targets/echo/target.yaml", out, force: true });
    expect(await readFile(out, "utf8")).to.contain('target: "../../targets/echo/target.yaml"');
    expect((await planned(out)).stack.name).to.equal("echo");
  });

  it("writes over nothing unasked, and nowhere where the target would not be found", async () => {
    const out = join(folder, "look.yaml");
    await writeFile(out, "mine");
    expect(await refused({ target: "echo", out })).to.contain("is there already | --force");
    expect(await readFile(out, "utf8")).to.equal("mine");
    await init({ target: "echo", out, force: true });
    expect(await readFile(out, "utf8")).not.to.equal("mine");
    expect(await refused({ target: "echo", out: join(folder, "targets.yaml", "x.txt") })).to.contain("ends with .yaml");
    await mkdir(join(folder, "folder.yaml"));
    expect(await refused({ target: "echo", out: join(folder, "folder.yaml"), force: true })).to.contain("is no file");
    expect(await refused({ target: "echo", out: join(tmpdir(), "planefault-init-outside.yaml") })).to.contain(
      "would not find the target echo",
    );
    expect(await refused({ target: "echo", out: join(out, "below-a-file.yaml") })).to.contain("cannot write");
    const link = join(folder, "link.yaml");
    await symlink(join(folder, "nowhere.yaml"), link);
    expect(await refused({ target: "echo", out: link })).to.contain("cannot write");
  });

  it("says what is missing or misspelt, and writes nothing then", async () => {
    expect(await refused({ target: "ecco" }))
      .to.contain('Did you mean "echo"?')
      .and.to.contain("targets here: echo, etcd-app");
    expect(await refused({ target: "echo", fault: "net.los" })).to.contain('Did you mean "net.loss"?');
    expect(await refused({ target: "zebra" })).to.contain('no target "zebra". Known: echo, etcd-app.');
    expect(await refused({ target: "echo", variant: "slow" })).to.contain('no variant "slow"');
    expect(await refused({ target: "echo", fault: "disk.throttle" })).to.contain("It has none");
    expect(await refused({ target: "etcd-app", fault: "disk.throttle" }, { facts: { cgroup: "none" } })).to.contain("no cgroup controller");
    expect(await refused({}))
      .to.contain("There is nobody to ask | ")
      .and.to.contain("init --target echo --fault net.loss");
    await rm(join(folder, "targets"), { recursive: true });
    expect(await refused({ target: "echo" }))
      .to.contain('no folder "targets"')
      .and.to.contain("cp -r ");
    expect(await stat(join(folder, "experiments")).catch(() => "none")).to.equal("none");
    expect(await refused({}, { ask: async () => "echo" })).to.contain('no folder "targets"');
  });

  it("asks a person for target and fault", async () => {
    const asked: (readonly string[])[] = [];
    let described = "";
    const ask: InitPorts["ask"] = async (what, choices) => {
      asked.push(choices.map(({ name }) => name));
      described += choices.map(({ text }) => text).join("\n");
      return what.includes("target") ? "echo" : "ssh.block";
    };
    await init({}, { ask });
    expect(described).to.contain("one HTTP server with sshd").and.to.contain("SSH of a component cannot be reached");
    expect(asked).to.deep.equal([["echo", "etcd-app"], faults.map(({ kind }) => kind)]);
    expect((await planned(join(folder, "experiments", "echo", "ssh-block.yaml"))).faults[0]?.kind).to.equal("ssh.block");
  });
});
