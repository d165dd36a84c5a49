import { expect } from "chai";
import { type Step, type StepClock, Steps } from "../../src/setup/steps.ts";

function fakeClock(): StepClock & { advance(ms: number): void } {
  let now = 0;
  const ticks = new Set<() => void>();
  return {
    now: () => now,
    every: (_ms, tick) => {
      ticks.add(tick);
      return { stop: () => ticks.delete(tick) };
    },
    advance: (ms) => {
      now += ms;
      for (const tick of ticks) tick();
    },
  };
}

describe("Steps", () => {
  it("numbers steps on from the launcher's and says how long each took", async () => {
    const lines: string[] = [];
    const clock = fakeClock();
    const steps = new Steps((line) => lines.push(line), undefined, clock, 2);
    await steps.step("one", async () => clock.advance(0));
    await steps.step("two", async () => undefined);
    expect(lines.filter((line) => !line.includes("..."))).to.deep.equal(["[3] one", "[3] done in 0.0 s", "[4] two", "[4] done in 0.0 s"]);
  });

  it("is never silent for long: a tick tells the elapsed time and the newest note", async () => {
    const lines: string[] = [];
    const clock = fakeClock();
    await new Steps((line) => lines.push(line), undefined, clock, 0).step("long", async (step) => {
      step.note("unpacking libc6\n");
      clock.advance(10_000);
    });
    expect(lines).to.deep.equal(["[1] long", "[1] ... 10.0 s: unpacking libc6", "[1] done in 10.0 s"]);
    clock.advance(10_000);
    expect(lines, "a step that has ended must not tick on").to.have.length(3);
  });

  it("starts no step after it was broken off, and says so of the one that was under way", async () => {
    const lines: string[] = [];
    const abort = new AbortController();
    const steps = new Steps((line) => lines.push(line), abort.signal, fakeClock(), 0);
    const work = async ({ signal }: Step): Promise<void> => {
      abort.abort(new Error("Ctrl-C"));
      signal.throwIfAborted();
    };
    for (const title of ["one", "two"]) expect(await steps.step(title, work).catch(String)).to.equal("Error: Ctrl-C");
    expect(lines).to.deep.equal(["[1] one", "[1] broken off after 0.0 s"]);
  });

  it("says that a step failed and passes its error on", async () => {
    const lines: string[] = [];
    const failed = await new Steps((line) => lines.push(line), undefined, fakeClock(), 0)
      .step("bad", async () => Promise.reject(new Error("no")))
      .catch((error: unknown) => error);
    expect(failed).to.be.an("error").with.property("message", "no");
    expect(lines.at(-1)).to.equal("[1] failed after 0.0 s");
  });
});
