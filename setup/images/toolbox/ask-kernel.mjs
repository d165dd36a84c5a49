// Asks the kernel, in this container's own namespaces, what faults could use there. Prints one line of JSON: "" for yes, else the complaint.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const ask = (...argv) => {
  const done = spawnSync(argv[0], argv.slice(1), { encoding: "utf8", timeout: 5_000 });
  if (done.status === 0) return "";
  return (done.stderr || done.error?.message || `exit code ${done.status}`).trim().split("\n")[0].slice(0, 200);
};
/** All that a disturbance stands on (agent/netem-text.ts): the first refusal, with what was refused. */
const askNetem = () => {
  const parts = {
    prio: "qdisc replace dev lo root handle 7e31: prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    netem: "qdisc replace dev lo parent 7e31:2 handle 7e32: netem delay 1ms",
    flower: "filter add dev lo parent 7e31: protocol ip pref 1 flower ip_proto udp src_port 61000-64999 classid 7e31:1",
  };
  for (const [part, line] of Object.entries(parts)) {
    const complaint = ask("tc", ...line.split(" "));
    if (complaint !== "") return `${part}: ${complaint}`;
  }
  return "";
};
/** A tracer that attaches to a process of ours and leaves it again when that ends. */
const askTrace = () => {
  const traced = spawn("sleep", ["0.3"], { stdio: "ignore" });
  return ask("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-p", String(traced.pid));
};
const cgroup = "/sys/fs/cgroup";
const controllers = existsSync(`${cgroup}/cgroup.controllers`)
  ? readFileSync(`${cgroup}/cgroup.controllers`, "utf8").trim().split(/\s+/u)
  : undefined;
const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/mu.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
const capKill = 5n;

process.stdout.write(
  `${JSON.stringify({
    nft: ask(
      "nft",
      "add table inet planefault_ask; add set inet planefault_ask s { type ipv4_addr; flags timeout; }; add element inet planefault_ask s { 192.0.2.1 timeout 1s }; add chain inet planefault_ask c { type filter hook prerouting priority -300; }; add rule inet planefault_ask c ip saddr @s numgen random mod 100 < 30 drop",
    ),
    netem: askNetem(),
    tbf: ask("tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "32kbit", "latency", "400ms"),
    cgroup: controllers === undefined ? 1 : 2,
    diskLimit: controllers === undefined ? existsSync(`${cgroup}/blkio/blkio.throttle.write_iops_device`) : controllers.includes("io"),
    trace: askTrace(),
    cpuQuota: controllers === undefined ? existsSync(`${cgroup}/cpu/cpu.cfs_quota_us`) : controllers.includes("cpu"),
    memoryLimit: controllers === undefined ? existsSync(`${cgroup}/memory/memory.oom_control`) : controllers.includes("memory"),
    pressure: existsSync("/proc/pressure/io"),
    signals: ((effective >> capKill) & 1n) === 1n,
  })}\n`,
);
