// Armed changes for the keeper's tests.
import type { ArmedChange } from "../../src/model/identity.ts";

const at = { component: "etcd-1", process: "etcd" };
const common = { fault: 0, holder: "keeper", startMs: 0, endMs: 1_000, leaseMs: 100 } as const;
const place = { component: "etcd-1", containerId: "abc123", netns: "1", addresses: {} };

export function leaseOf(id: string, before = ""): ArmedChange {
  return {
    change: {
      ...common,
      id,
      apply: { op: "disk.limit", at, volume: "data", writeIops: 20 },
      undo: { op: "disk.restore", at, volume: "data" },
    },
    at: { ...place, limit: { version: 1, cgroup: "blkio/docker/abc123/planefault-etcd", device: "254:0", before } },
  };
}

export function squeezeOf(id: string, before = "-1"): ArmedChange {
  return {
    change: { ...common, id, apply: { op: "cpu.limit", at, cpus: 0.2, workers: 2 }, undo: { op: "cpu.restore", at } },
    at: { ...place, quota: { version: 1, cgroup: "cpu/docker/abc123/planefault-etcd", before } },
  };
}

export function starveOf(id: string, before = "9223372036854771712", killDisable = "0"): ArmedChange {
  const store = { component: "etcd-1" };
  return {
    change: { ...common, id, apply: { op: "memory.limit", at: store, headroomBytes: 2 ** 24 }, undo: { op: "memory.restore", at: store } },
    at: { ...place, memory: { version: 1, cgroup: "memory/docker/abc123", before, killDisable } },
  };
}

export function holdOf(id: string, startTicks = "77"): ArmedChange {
  return {
    change: { ...common, id, apply: { op: "sync.delay", at, delayMs: 500 }, undo: { op: "sync.pass", at } },
    at: { ...place, process: { name: "etcd", pid: 7, hostPid: 4_242, startTicks } },
  };
}

export function stopOf(id: string, startTicks = "77"): ArmedChange {
  return {
    change: { ...common, id, apply: { op: "process.stop", at }, undo: { op: "process.continue", at } },
    at: { ...place, process: { name: "etcd", pid: 7, hostPid: 4_242, startTicks } },
  };
}
