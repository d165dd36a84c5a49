// The guest with its engine running and the toolbox loaded, saved: a run goes on from there in seconds, and leaves it as it was.
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine } from "../../src/setup/engine-client.ts";
import type { Steps } from "../../src/setup/steps.ts";
import { runTool } from "../../src/setup/tool.ts";
import { cached } from "./cache.ts";
import type { Guest } from "./guest.ts";
import { type Disk, hardware, kernelWords, Machine } from "./machine.ts";
import type { Qemu } from "./qemu.ts";
import type { Qmp } from "./qmp.ts";
import type { Shell } from "./shell.ts";

export type CgroupDriver = "systemd" | "cgroupfs";

export interface Parts {
  readonly qemu: Qemu;
  readonly guest: Guest;
  /** The disk with the packages. */
  readonly modules: string;
  readonly driver: CgroupDriver;
  /** On this machine's engine. */
  readonly toolbox: { readonly engine: Engine; readonly image: string };
}

const bootMs = 300_000;
const restoreMs = 120_000;
const commandMs = 120_000;
const loadMs = 600_000;
const saveMs = 300_000;
const pollMs = 500;

/** A partition, as on users' machines: limits need its whole disk. */
const commands = (driver: CgroupDriver): readonly string[] => [
  "systemctl is-system-running --wait || systemctl --failed --no-legend",
  "echo 'type=83' | sfdisk -q /dev/vdb && udevadm settle",
  "mkfs.ext4 -q -m 0 -E nodiscard /dev/vdb1 && mount -o noatime,noinit_itable /dev/vdb1 /var/lib/docker",
  "mount -o ro /dev/vdc /root/planefault/node_modules",
  `mkdir -p /etc/docker && echo '{"exec-opts": ["native.cgroupdriver=${driver}"], "log-level": "warn"}' >/etc/docker/daemon.json`,
  "systemctl start docker.service && docker info --format '{{.ServerVersion}} cgroup v{{.CgroupVersion}} {{.CgroupDriver}}'",
];

/** After this no page and no program has to come from the disk for the first run. */
const warming = (image: string): readonly string[] => [
  `id=$(docker create ${image} node) && docker cp -q $id:/usr/local/bin/node /usr/local/bin/node && docker rm $id`,
  "node --version",
  `docker run --rm --network none ${image} node --version`,
  "sync && echo 3 >/proc/sys/vm/drop_caches && echo 1 >/proc/sys/vm/compact_memory",
];

export async function ensureSnapshot(parts: Parts, steps: Steps, signal: AbortSignal): Promise<string> {
  const key = [
    [
      "made of",
      [parts.qemu.folder, parts.guest.folder, parts.modules, parts.driver, parts.toolbox.image].map((one) => basename(one)).join(),
    ],
    ["machine", [...hardware, kernelWords].join(" ")],
    ["modules", parts.modules],
    ["commands", [...commands(parts.driver), ...warming("")].join("\n")],
  ] as const;
  return await cached("snapshot", key, (fresh) => make(parts, fresh, steps, signal));
}

async function make(parts: Parts, fresh: string, steps: Steps, signal: AbortSignal): Promise<void> {
  const { qemu, guest, driver, toolbox } = parts;
  const [rootDisk, data] = ["root.qcow2", "data.qcow2"].map((name) => join(fresh, name)) as [string, string];
  const image = (argv: readonly string[]): Promise<string> =>
    runTool(qemu.command("qemu-img", argv), { timeoutMs: commandMs, signal, environment: qemu.environment });
  await image(["create", "-q", "-f", "qcow2", "-b", join(guest.folder, "root.img"), "-F", "raw", rootDisk]);
  await image(["create", "-q", "-f", "qcow2", data, "8G"]);
  await using machine = await Machine.start({ qemu, guest, disks: disksOf(fresh, parts.modules, ""), signal });
  {
    using shell = await steps.step("booting the guest (about a minute)", () => machine.shell(bootMs));
    await steps.step(`starting its engine with the ${driver} driver`, ({ note }) => all(shell, commands(driver), note));
    await steps.step("loading the toolbox into it", async ({ note }) => {
      await shell.run("docker load -q", { timeoutMs: loadMs, input: await imageStream(toolbox), line: note });
      await all(shell, warming(toolbox.image), note);
    });
  }
  await steps.step("saving its state", async () => {
    const qmp = await machine.qmp();
    await save(qmp, join(fresh, "state"));
    qmp.close();
  });
}

async function imageStream({ engine, image }: Parts["toolbox"]): Promise<PassThrough> {
  const stream = new PassThrough();
  const source = await engine.getImage(image).get();
  source.on("error", (error) => stream.destroy(error));
  source.pipe(stream);
  return stream;
}

async function all(shell: Shell, commands: readonly string[], note: (line: string) => void): Promise<void> {
  for (const command of commands) await shell.run(command, { timeoutMs: commandMs, line: note });
}

/** Not stopped before: what is saved of a stopped machine stays stopped for ever. */
async function save(qmp: Qmp, file: string): Promise<void> {
  await qmp.ask("migrate-set-parameters", { "max-bandwidth": 2 ** 40, "downtime-limit": 60_000 });
  await qmp.ask("migrate", { uri: `file:${file}` });
  const endAt = performance.now() + saveMs;
  for (;;) {
    const { status, "error-desc": why } = (await qmp.ask("query-migrate")) as { readonly status?: string; readonly "error-desc"?: string };
    if (status === "completed") return;
    if (status === "failed" || status === "cancelled") throw new Error(`QEMU did not save the machine: ${why ?? status}`);
    if (performance.now() > endAt) throw new Error(`QEMU did not save the machine within ${saveMs / 1_000} s (${status})`);
    await pause(pollMs);
  }
}

const disksOf = (folder: string, modules: string, more: string): readonly Disk[] => [
  { path: join(folder, "root.qcow2"), options: `format=qcow2${more}` },
  { path: join(folder, "data.qcow2"), options: `format=qcow2${more}` },
  { path: modules, options: "format=raw,readonly=on" },
];

/** What it writes goes into temporary files that end with it. */
export async function restore(
  { qemu, guest, modules }: Parts,
  snapshot: string,
  signal: AbortSignal,
): Promise<{ readonly machine: Machine; readonly shell: Shell }> {
  const machine = await Machine.start({
    qemu,
    guest,
    disks: disksOf(snapshot, modules, ",snapshot=on"),
    state: join(snapshot, "state"),
    signal,
  });
  try {
    const shell = await machine.shell(restoreMs);
    // Its clock stood still.
    await shell.run(`date -s @${Math.floor(Date.now() / 1_000)}`, { timeoutMs: commandMs });
    return { machine, shell };
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}
