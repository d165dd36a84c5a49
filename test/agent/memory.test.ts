// Memory limits of both cgroup versions as text and as files: what is counted, what is written in which order, and what is refused.
import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryLimit } from "../../src/agent/memory-limit.ts";
import { bytesIn, fixedBytes, readMemoryUse, useIn, wholePages, writeMemoryLimit } from "../../src/agent/memory.ts";
import { checkInhabited } from "../../src/agent/same-place.ts";
import { eventually } from "./agent-container.ts";

const none = "9223372036854771712";
const mib = 2 ** 20;
const memory = { version: 1, cgroup: "memory/docker/abc", before: none, killDisable: "0" } as const;
const busy = (): Error => Object.assign(new Error("EBUSY: resource busy"), { code: "EBUSY" });

describe("a memory limit", () => {
  let folder: string;
  const path = (name: string): string => join(folder, name);
  const text = (name: string): string => readFileSync(path(name), "utf8").trim();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-memory-"));
    const files = {
      "memory.limit_in_bytes": none,
      "memory.usage_in_bytes": String(100 * mib),
      "memory.failcnt": "7",
      "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2",
      "memory.stat": `cache 1\ninactive_file 1\ntotal_inactive_file ${30 * mib}\ntotal_active_file ${10 * mib}\ntotal_pgmajfault 5\ntotal_workingset_refault_file 9`,
      "cgroup.procs": "1\n7",
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(path(name), `${content}\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is read in version 1 with all groups below, and what cannot be taken is all but page cache", () => {
    const use = readMemoryUse({ version: 1, folder });
    expect(use).to.deep.equal({
      useBytes: 100 * mib,
      cacheBytes: 40 * mib,
      limitBytes: 2 ** 63 - 4_096,
      hits: 7,
      majorFaults: 5,
      refaults: 9,
      kills: 2,
      waiting: 0,
    });
    expect(fixedBytes(use)).to.equal(60 * mib);
  });
  it("is read in version 2, where the same stands under other names", () => {
    const stat = "anon 1\ninactive_file 20\nactive_file 10\npgmajfault 3\nworkingset_refault_file 4";
    const events = "low 0\nhigh 12\nmax 0\noom 0\noom_kill 1\noom_group_kill 0";
    expect(useIn(2, "max", { use: "100", stat, hits: events, kills: events })).to.deep.equal({
      useBytes: 100,
      cacheBytes: 30,
      limitBytes: 2 ** 63,
      hits: 12,
      majorFaults: 3,
      refaults: 4,
      kills: 1,
      waiting: 0,
    });
    expect(bytesIn("4096")).to.equal(4_096);
  });
  it("is a whole number of pages, also where these are large", () => expect(wholePages(10 * 65_536 + 65_535)).to.equal(655_360));
  it("was not taken where the file holds something else", async () => {
    const refused = await writeMemoryLimit({ version: 1, folder }, "1 ").catch(String);
    expect(refused).to.contain('holds "1" after "1 " was written');
  });

  /** Each write of the limit, with what may be killed at that moment. */
  function watched(answer: (asked: string) => Promise<void> = async () => undefined) {
    const writes: string[] = [];
    const write: typeof writeMemoryLimit = async (place, asked) => {
      writes.push(`${asked === none ? "none" : asked} ${text("memory.oom_control").split("\n")[0]}`);
      await answer(asked);
      await writeMemoryLimit(place, asked);
    };
    return { writes, executor: memoryLimit("store", memory, { headroomBytes: 16 * mib, folder, write }) };
  }
  /** The kernel prints the switch by name. */
  const control = (disabled: string): void => writeFileSync(path("memory.oom_control"), `oom_kill_disable ${disabled}\n`);

  it("refuses to act where limit or switch are not what they were, or nobody is inside", () => {
    const { executor } = watched();
    expect(() => executor.check()).not.to.throw();
    control("1");
    expect(() => executor.check()).to.throw(
      `somebody else changed the memory limit of memory/docker/abc: "${none} 1", armed was "${none} 0"`,
    );
    control("0");
    writeFileSync(path("memory.limit_in_bytes"), "4096\n");
    expect(() => executor.check()).to.throw('"4096 0"');
    writeFileSync(path("cgroup.procs"), "7\n");
    expect(() => executor.check()).to.throw("the first process of store is no longer in the cgroup");
    mkdirSync(path("planefault-store"));
    writeFileSync(path("planefault-store/cgroup.procs"), "1\n");
    expect(() => checkInhabited("store", folder)).not.to.throw();
  });

  it("says so when the kernel takes what was written for something else", async () => {
    // A plain file does not turn "1" into "oom_kill_disable 1".
    const refused = await watched().executor.apply().catch(String);
    expect(refused).to.contain("memory.oom_control says oom_kill_disable").and.to.contain('after "1" was written');
    expect(text("memory.limit_in_bytes")).to.equal(none);
  });

  describe("in version 2", () => {
    const second = { ...memory, version: 2, before: "max", killDisable: "" } as const;
    const squeeze = (write: typeof writeMemoryLimit, before = "max", pause?: (ms: number) => Promise<unknown>) =>
      memoryLimit("store", { ...second, before }, { headroomBytes: 16 * mib, folder, write, ...(pause && { pause }) });
    const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
    /** Follows the limit by hand, and remembers what was written. */
    const byHand = () => {
      const asked: string[] = [];
      let wake: (() => void) | undefined;
      let free = false;
      const executor = squeeze(
        async (place, limit) => {
          asked.push(limit);
          await writeMemoryLimit(place, limit);
        },
        "max",
        () => (free ? nextTurn() : new Promise<void>((resolve) => (wake = resolve))),
      );
      const isWaiting = (): boolean => wake !== undefined;
      return {
        asked,
        isWaiting,
        apply: async () => {
          await executor.apply();
          await eventually("the follower to have looked", 5_000, isWaiting);
        },
        /** Resolves when what the next look finds has been asked for. */
        look: async () => {
          const go = wake;
          wake = undefined;
          go?.();
          await nextTurn();
        },
        undo: async () => {
          free = true;
          wake?.();
          await executor.undo();
        },
      };
    };
    beforeEach(() => {
      writeFileSync(path("memory.high"), "max\n");
      writeFileSync(path("memory.current"), `${100 * mib}\n`);
      writeFileSync(path("memory.events"), "high 0\noom_kill 0\n");
      writeFileSync(path("memory.stat"), `inactive_file ${40 * mib}\nactive_file 0\n`);
    });

    it("leaves what cannot be taken and the headroom, and gives back what was there", async () => {
      const executor = squeeze(writeMemoryLimit);
      executor.check();
      await executor.apply();
      expect(text("memory.high")).to.equal(String(76 * mib));
      await executor.undo();
      expect(text("memory.high")).to.equal("max");
      expect(existsSync(path("memory.max"))).to.equal(false);
    });
    it("follows what cannot be taken, up and down, and no trifle", async () => {
      const { asked, apply, look, isWaiting, undo } = byHand();
      await apply();
      for (const size of [100.4, 110, 90]) {
        writeFileSync(path("memory.current"), `${Math.round(size * mib)}\n`);
        await look();
        await eventually("the follower to have written", 5_000, isWaiting);
      }
      expect(asked).to.deep.equal([76, 86, 66].map((size) => String(size * mib)));
      await undo();
      expect([...new Set(asked.slice(3))]).to.deep.equal(["max"]);
    });
    it("follows no further where somebody else, such as the keeper, has written the limit", async () => {
      const { asked, apply, look, isWaiting, undo } = byHand();
      await apply();
      writeFileSync(path("memory.high"), "max\n");
      writeFileSync(path("memory.current"), `${200 * mib}\n`);
      await look();
      expect([asked, isWaiting(), text("memory.high")]).to.deep.equal([[String(76 * mib)], false, "max"]);
      await undo();
    });
    it("tries again where the kernel cannot make room, looks anew each time, and gives up with a reason", async () => {
      const asked: string[] = [];
      const executor = squeeze(async (_, limit) => {
        asked.push(limit);
        writeFileSync(path("memory.current"), `${(100 + asked.length) * mib}\n`);
        throw busy();
      });
      const refused = await executor.apply().catch(String);
      expect(refused).to.contain("the kernel refused a limit of memory/docker/abc 5 times: its use did not fall below 83886080 bytes");
      expect(asked).to.deep.equal([76, 77, 78, 79, 80].map((size) => String(size * mib)));
    });
    it("passes on what the kernel says else, and does not loosen a tighter limit that is there", async () => {
      const denied = squeeze(async () => {
        throw new Error("EACCES: permission denied");
      });
      expect(await denied.apply().catch(String)).to.contain("EACCES");
      const tighter = await squeeze(writeMemoryLimit, String(70 * mib))
        .apply()
        .catch(String);
      expect(tighter).to.contain("has a limit of its own that leaves it less: 73400320");
    });
    it("has the last word when it is undone while the kernel still makes room", async () => {
      const done: string[] = [];
      let makeRoom = (): void => undefined;
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const executor = squeeze(async (_, limit) => {
        if (limit !== "max")
          await new Promise<void>((resolve) => {
            makeRoom = resolve;
            begin();
          });
        done.push(limit);
      });
      const applied = executor.apply();
      await begun;
      const undone = executor.undo();
      makeRoom();
      await Promise.all([applied, undone]);
      expect(done).to.include(String(76 * mib));
      expect(done.at(-1)).to.equal("max");
    });
  });
});
