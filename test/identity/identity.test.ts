// No shot at anything that was not bound when armed: thousands of machines on which, between arming, shot and undo, pids are reused, containers restarted, namespaces swapped and cgroups made again.
// `npm run test:identity` plays 100,000 of them.
import { expect } from "chai";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tally, tallyOf } from "./generate.ts";

const asked = process.env["PLANEFAULT_IDENTITY_CASES"];
const count = Number(asked ?? 2_000);
/** A file system in memory, where there is one: each machine is some sixty files. */
const memory = "/dev/shm";

/** So many are enough to see that a check is needed. */
const fewer = 400;

describe("identity", function () {
  this.timeout(asked === undefined ? 120_000 : 0);
  let folder = "";
  let tally: Tally;
  before(async () => {
    folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), "planefault-identity-"));
    tally = await tallyOf(count, folder);
  });
  after(async () => {
    await rm(folder, { recursive: true });
    const { shots, calm, wrong } = tally;
    if (asked !== undefined)
      console.log(
        `${count} cases: ${shots.done} shots were fired, ${shots.refused} refused, for ${shots.lost} nobody was left to fire them; in ${calm} nothing had changed; ${wrong.length} wrong shots`,
      );
  });

  it("lets no shot, undo or restore meet anything but what the place meant when it was armed", () => {
    expect(tally.wrong).to.deep.equal([]);
  });

  it("refuses nothing where nothing has changed, and much where something has", () => {
    expect(tally.complaints).to.deep.equal([]);
    const { shots, calm } = tally;
    for (const share of [calm, shots.done, shots.refused]) expect(share).to.be.above(count / 20);
  });

  it("would shoot at others without the agent's checks", async () => {
    const { wrong } = await tallyOf(fewer, folder, "agent", ({ op }) => op !== "process.kill" && op !== "process.restart");
    for (const met of ["the agent traced", "the agent dropped packets", "the agent took interface", "became"])
      expect(wrong.filter((sentence) => sentence.includes(met)).length, met).to.be.above(0);
  });

  it("would shoot at others if a pid were enough for the keeper", async () => {
    const { wrong } = await tallyOf(fewer, folder, "keeper");
    expect(wrong.filter((sentence) => sentence.includes("the keeper sent SIGCONT")).length).to.be.above(0);
  });
});
