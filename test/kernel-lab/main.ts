// `npm run test:kernel -- [--driver cgroupfs]`: the cases of the World contract, and what the host's own tests leave out, on a stock Debian kernel with cgroup v2 and Docker 26 in QEMU.
// Makes what is missing, goes on from a saved state, runs `test/tier.ts kernel` in the guest, and ends with a line of counts. Ctrl-C ends QEMU too.
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../src/model/error.ts";
import { ensure } from "../../src/setup/ensure.ts";
import { hostBundle } from "../../src/setup/own-images.ts";
import { root } from "../../src/setup/places.ts";
import { Steps } from "../../src/setup/steps.ts";
import type { Tally } from "../tier.ts";
import { ensureTools } from "./debian.ts";
import { ensureGuest, ensureModules } from "./guest.ts";
import { ensureQemu } from "./qemu.ts";
import type { Shell } from "./shell.ts";
import { type CgroupDriver, ensureSnapshot, restore } from "./snapshot.ts";

const copyMs = 120_000;
const testsMs = 1_800_000;
const clone = "/root/planefault";
/** Emulating a program that compiles itself is slower than interpreting it. */
const node = "node --no-opt --no-sparkplug --no-maglev --conditions=planefault-source";

const { values } = parseArgs({ options: { driver: { type: "string", default: "systemd" } } });
const driver = values.driver as CgroupDriver;
if (driver !== "systemd" && driver !== "cgroupfs") throw new Error("--driver systemd|cgroupfs");

/** The set-up numbers its own steps; ours go on from there. */
let steps = 0;
const say = (line: string): void => {
  steps = Number(/^\[(\d+)\]/u.exec(line)?.[1] ?? steps);
  console.log(line);
};

const broken = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => broken.abort(new Error(`ended by ${name}`)));

/** This clone as it lies here, changes included, with the compiled agent: what git ignores stays away. */
async function copyClone(shell: Shell, agentFolder: string): Promise<void> {
  const list = spawn("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const tar = spawn("tar", ["-c", "-z", "--ignore-failed-read", relative(root, agentFolder), "--null", "--files-from=-"], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
  });
  list.stdout.pipe(tar.stdin);
  await shell.run(`tar -x -z -C ${clone}`, { timeoutMs: copyMs, input: tar.stdout });
}

/** The toolbox image is named by its content, of which this machine's certificates are a part. */
async function copyCertificates(shell: Shell): Promise<string> {
  const bundle = hostBundle();
  if (bundle === undefined) return "";
  const path = "/root/certificates.crt";
  await shell.run(`cat >${path}`, { timeoutMs: copyMs, input: createReadStream(bundle) });
  return `SSL_CERT_FILE=${path} `;
}

async function test(): Promise<Tally> {
  const { signal } = broken;
  const { engine, toolbox, agentFolder } = await ensure({ engine: true, toolbox: true, agent: true }, say, signal);
  if (!engine || toolbox === undefined || agentFolder === undefined) throw new Error("set-up gave no toolbox");
  const own = new Steps(say, signal, undefined, steps);
  await ensureTools(own);
  const parts = {
    qemu: await ensureQemu(own),
    guest: await ensureGuest(own),
    modules: await ensureModules(own),
    driver,
    toolbox: { engine: engine.api, image: toolbox },
  };
  const snapshot = await ensureSnapshot(parts, own, signal);
  await using held = new AsyncDisposableStack();
  const { machine, shell } = await own.step("restoring the guest", () => restore(parts, snapshot, signal));
  held.use(machine);
  held.use(shell);
  const certificates = await own.step("copying this clone into it", async () => {
    await copyClone(shell, agentFolder);
    return copyCertificates(shell);
  });
  return await own.step("running the contract in the guest", async () => {
    const command = `cd ${clone} && ${certificates}PLANEFAULT_SETUP=off ${node} test/tier.ts kernel /root/tally.json`;
    const { code, output } = await shell.try(command, { timeoutMs: testsMs, line: (line) => console.log(`  ${line}`) });
    const written = await shell.try("cat /root/tally.json", { timeoutMs: copyMs });
    if (written.code !== 0) throw new Error(`the tests ended with ${code ?? "no code"} and left no tally: ${output.slice(-2_000)}`);
    return JSON.parse(written.output) as Tally;
  });
}

try {
  const { passed, failed, skipped } = await test();
  for (const title of skipped) console.log(`skipped: ${title}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(messageOf(error));
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 4;
}
// What the engine's client keeps open holds nobody up.
process.exit();
