// The guest's disks: a stock Debian 13 with its cloud kernel, systemd and Docker 26, and the packages of this repository for the tests that run in it.
import { globSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeKeyPair } from "../../src/drivers/docker/ssh-key.ts";
import { root } from "../../src/setup/places.ts";
import type { Steps } from "../../src/setup/steps.ts";
import { runTool } from "../../src/setup/tool.ts";
import { cached } from "./cache.ts";
import { layTree, type Tree } from "./debian.ts";

export interface Guest {
  /** Holds root.img, kernel and initrd. */
  readonly folder: string;
  /** Opens root's SSH in it. */
  readonly privateKey: string;
}

const imageMs = 180_000;
const early = [
  'mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"',
  // The disk and its filesystem are all that is needed before the root is mounted.
  'echo MODULES=list >"$1/etc/initramfs-tools/conf.d/lab"',
  'printf "virtio_pci\\nvirtio_blk\\next4\\n" >"$1/usr/share/initramfs-tools/modules.d/lab"',
].join(" && ");

const tree: Tree = {
  variant: "minbase",
  packages: [
    "apparmor",
    "ca-certificates",
    "curl",
    "dbus",
    "dmsetup",
    "docker-cli",
    "docker.io",
    "e2fsprogs",
    "fdisk",
    "initramfs-tools",
    "iproute2",
    "iptables",
    "kmod",
    "linux-image-cloud-amd64",
    "nftables",
    "openssh-server",
    "procps",
    "systemd-sysv",
    "udev",
    "util-linux",
    "zstd",
  ],
  options: [
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    `--essential-hook=${early}`,
  ],
};

/** What faults and the engine use, loaded before the snapshot. */
const modules =
  "overlay br_netfilter bridge veth nf_tables nft_chain_nat nft_ct nft_compat nft_numgen xt_conntrack xt_MASQUERADE xt_addrtype xt_nat xt_tcpudp sch_netem sch_prio sch_tbf sch_ingress cls_u32 cls_flower act_mirred ifb dm_mod dm_delay dm_flakey loop";

/** Housekeeping that would take the processors from a measurement. */
const masked = [
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
  "systemd-tmpfiles-clean.timer",
  "getty@tty1.service",
  "systemd-firstboot.service",
];

const files: Readonly<Record<string, string>> = {
  "etc/hostname": "kernel-lab\n",
  "etc/hosts": "127.0.0.1 localhost kernel-lab\n",
  // One that is there: without it systemd takes each boot for the first and enables all services.
  "etc/machine-id": "6c616230706c616e656661756c740001\n",
  "etc/fstab": "/dev/vda / ext4 rw,noatime 0 0\n",
  "etc/modules-load.d/lab.conf": `${modules.split(" ").join("\n")}\n`,
  "etc/systemd/network/lab.network":
    "[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n",
  "etc/ssh/sshd_config.d/lab.conf": "UseDNS no\nMaxSessions 50\nPermitRootLogin prohibit-password\n",
};

export async function ensureGuest(steps: Steps): Promise<Guest> {
  const parts = [["guest.ts", await readFile(import.meta.filename, "utf8")]] as const;
  const folder = await cached("guest", parts, async (fresh) => {
    const system = join(fresh, "system");
    await layTree(tree, system, steps, "making the guest's Debian 13 with its kernel and Docker (about three minutes)");
    await steps.step("writing the guest's disk", async ({ signal }) => {
      await furnish(system, fresh);
      await runTool(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-d", system, join(fresh, "root.img"), "4G"], {
        timeoutMs: imageMs,
        signal,
      });
    });
    await rm(system, { recursive: true });
  });
  return { folder, privateKey: await readFile(join(folder, "key"), "utf8") };
}

/** Kernel and key go beside the disk; what is ours goes into the system. */
async function furnish(system: string, fresh: string): Promise<void> {
  const inSystem = (path: string): string => join(system, path);
  for (const [pattern, name] of [
    ["vmlinuz-*", "kernel"],
    ["initrd.img-*", "initrd"],
  ] as const) {
    const [found] = globSync(pattern, { cwd: inSystem("boot") });
    if (found === undefined) throw new Error(`the guest's system has no boot/${pattern}`);
    await copyFile(inSystem(`boot/${found}`), join(fresh, name));
  }
  const { privateKey, publicKey } = makeKeyPair();
  await writeFile(join(fresh, "key"), privateKey, { mode: 0o600 });
  await mkdir(inSystem("root/.ssh"), { recursive: true, mode: 0o700 });
  await writeFile(inSystem("root/.ssh/authorized_keys"), `${publicKey}\n`, { mode: 0o600 });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(inSystem(path), ".."), { recursive: true });
    await writeFile(inSystem(path), content);
  }
  const units = inSystem("etc/systemd/system");
  for (const unit of masked) {
    await rm(join(units, unit), { force: true });
    await symlink("/dev/null", join(units, unit));
  }
  await mkdir(join(units, "multi-user.target.wants"), { recursive: true });
  await rm(join(units, "multi-user.target.wants/systemd-networkd.service"), { force: true });
  await symlink("/usr/lib/systemd/system/systemd-networkd.service", join(units, "multi-user.target.wants/systemd-networkd.service"));
  // Started by hand, when their disk is mounted.
  for (const [target, unit] of [
    ["multi-user", "docker.service"],
    ["multi-user", "containerd.service"],
    ["sockets", "docker.socket"],
  ] as const)
    await rm(join(units, `${target}.target.wants`, unit), { force: true });
  await mkdir(inSystem("var/lib/docker"), { recursive: true });
  await mkdir(inSystem("root/planefault/node_modules"), { recursive: true });
}

/** Resolves to a read-only disk with this clone's packages. */
export async function ensureModules(steps: Steps): Promise<string> {
  const lock = await readFile(join(root, "package-lock.json"), "utf8");
  const folder = await cached("modules", [["lock", lock]], (fresh) =>
    steps.step("writing a disk with the locked packages", async ({ signal }) => {
      const image = join(fresh, "modules.img");
      const argv = ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-d", join(root, "node_modules"), image, "1G"] as const;
      await runTool([...argv], { timeoutMs: imageMs, signal });
    }),
  );
  return join(folder, "modules.img");
}
