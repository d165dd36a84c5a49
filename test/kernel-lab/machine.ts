// One running QEMU: started with its disks, spoken to over QMP and SSH, and ended by its pid whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { tail } from "../../src/setup/tool.ts";
import type { Guest } from "./guest.ts";
import type { Qemu } from "./qemu.ts";
import { Qmp } from "./qmp.ts";
import { Shell } from "./shell.ts";

const endMs = 5_000;

export interface Disk {
  readonly path: string;
  /** Options of QEMU's `-drive` beside file, interface and id. */
  readonly options: string;
}

export interface Start {
  readonly qemu: Qemu;
  readonly guest: Guest;
  /** vda, vdb and so on. */
  readonly disks: readonly Disk[];
  /** The saved state to go on from, in place of a boot. */
  readonly state?: string;
  readonly signal: AbortSignal;
}

/** Software emulation, the same on every processor: what is saved here can be restored there. */
export const hardware = "-M q35 -accel tcg,thread=multi,tb-size=1024 -cpu max,la57=off -smp 2 -m 3072".split(" ");
export const kernelWords =
  "root=/dev/vda rw console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable net.ifnames=0 random.trust_cpu=1 fsck.mode=skip systemd.show_status=false";

export class Machine implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #start: Start;
  readonly #port: number;
  readonly #atExit = (): void => void this.#child.kill("SIGKILL");
  #complaint = "";

  private constructor(child: ChildProcess, folder: string, start: Start, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.#start = start;
    this.#port = port;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#complaint = (this.#complaint + text).slice(-4_000)));
    child.on("error", (error) => (this.#complaint += error.message));
    process.once("exit", this.#atExit);
  }

  static async start(start: Start): Promise<Machine> {
    const { qemu, guest, disks, state } = start;
    const folder = await mkdtemp(join(tmpdir(), "planefault-lab-"));
    const port = await freePort();
    const drives = disks.flatMap(({ path, options }, index) => [
      ["-drive", `file=${path},if=none,id=d${index},cache=unsafe,${options}`] as const,
      ["-device", `virtio-blk-pci,drive=d${index}`] as const,
    ]);
    const words: readonly (readonly [string, string])[] = [
      ["-display", "none"],
      ["-kernel", join(guest.folder, "kernel")],
      ["-initrd", join(guest.folder, "initrd")],
      ["-append", kernelWords],
      ["-device", "virtio-rng-pci"],
      // The guest reaches nobody, and nobody reaches it but this machine's loopback.
      ["-netdev", `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ["-device", "virtio-net-pci,netdev=net,romfile="],
      ["-serial", `file:${join(folder, "console")}`],
      ["-qmp", `unix:${join(folder, "qmp")},server=on,wait=off`],
      ...drives,
      ...(state === undefined ? [] : [["-incoming", `file:${state}`] as const]),
    ];
    const [program, ...argv] = qemu.command("qemu-system-x86_64", [
      ...hardware,
      "-nodefaults",
      "-no-user-config",
      "-no-reboot",
      ...words.flat(),
    ]);
    // In our process group: Ctrl-C ends it too.
    const child = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"], env: qemu.environment });
    return new Machine(child, folder, start, port);
  }

  /** Throws where it has ended, with its last words. */
  readonly check = (): void => {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) return;
    throw new Error(`QEMU has ended (${this.#child.exitCode ?? this.#child.signalCode ?? "not started"}): ${this.#complaint.trim()}`);
  };

  qmp(): Promise<Qmp> {
    return Qmp.open(join(this.#folder, "qmp"), this.check);
  }

  /** Where the guest does not answer, its console's last lines say why. */
  async shell(deadlineMs: number): Promise<Shell> {
    const { guest, signal } = this.#start;
    try {
      return await Shell.open({ port: this.#port, privateKey: guest.privateKey }, deadlineMs, signal, this.check);
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(`${String(error)}\n${tail(await this.console())}`, { cause: error });
    }
  }

  console(): Promise<string> {
    return readFile(join(this.#folder, "console"), "utf8").catch(() => "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      const late = await Promise.race([ended.then(() => false), pause(endMs, true, { ref: false })]);
      if (late) {
        this.#child.kill("SIGKILL");
        await ended;
      }
    }
    process.off("exit", this.#atExit);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Somebody may take it before QEMU does, which then ends and says so. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
