// `planefault observe` on the model: nothing is broken, everything is seen, and it ends by its time or by Ctrl-C.
import { EventEmitter } from "node:events";
import { expect } from "chai";
import { observeWith, type ObserveOptions } from "../../src/commands/observe.ts";
import type { SessionsOptions } from "../../src/commands/sessions.ts";
import type { RunningTarget } from "../../src/drivers/docker/running-targets.ts";
import { seededRandom } from "../../src/drivers/sim/random.ts";
import { SimWorld } from "../../src/drivers/sim/sim-world.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import type { World } from "../../src/model/world.ts";
import { virtualClock } from "../../src/run/virtual-clock.ts";

class ObserveCall {
  readonly out: string[] = [];
  screen = "";
  opened: SessionsOptions | undefined;
  readonly calls: string[] = [];
  closed = false;
  readonly signals = new EventEmitter();
  running: readonly RunningTarget[] = [];
  /** What the engine answers in place of a list. */
  engineError: Error | undefined;
  /** Ctrl-C comes when this is said. */
  interruptAt = "never";
  breaks = false;

  run(word: string, options: ObserveOptions = {}): Promise<number> {
    return observeWith(word, options, {
      out: (text) => void this.out.push(text),
      screen: {
        write: (text) => {
          this.screen += text;
          if (text.includes(this.interruptAt)) this.signals.emit("SIGINT", "SIGINT");
        },
      },
      signals: this.signals,
      open: async (_, given) => {
        this.opened = given;
        return {
          facts: {},
          clock: () => ({ ...virtualClock(undefined, () => true), originNs: 0n }),
          world: async (_stack, { clock }) => this.#noted(new SimWorld(clock, seededRandom(1))),
          [Symbol.asyncDispose]: async () => void (this.closed = true),
        };
      },
      guests: () => ({
        running: async () => {
          if (this.engineError) throw this.engineError;
          return this.running;
        },
        open: async ({ session }) => {
          this.calls.push(`guest of ${session}`);
          return {
            watchOnly: true,
            observe: async ({ probes }, sink) => {
              for (const { instance } of probes) sink({ type: "samples", at: 1, instance, rows: [[0, 2, "ok"]] });
            },
            quiet: async () => void this.calls.push("quiet"),
            [Symbol.asyncDispose]: async () => void this.calls.push("left"),
          };
        },
      }),
    });
  }

  #noted(world: World): World {
    return new Proxy(world, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...words: readonly unknown[]): unknown => {
          this.calls.push(String(name));
          if (this.breaks && name === "observe")
            (words[0] as (record: object) => void)({ type: "error", at: 0, phase: "hold", code: "agent", message: "an agent is gone" });
          return Reflect.apply(member, target, words);
        };
      },
    });
  }
}

describe("planefault observe", () => {
  it("starts the target, watches for its time, fires nothing, and stops it", async () => {
    const call = new ObserveCall();
    expect(await call.run("echo", { for: 5_000 })).to.equal(0);
    expect(call.calls).to.deep.equal(["start", "arm", "observe", "stopObserving", "disarm", "stop"]);
    expect([call.opened?.keep, call.closed]).to.deep.equal([false, true]);
    expect(call.screen).to.contain("watching echo; in another terminal: ./planefault triage echo");
    expect(call.out.join("")).to.match(/^the last 5 s\necho: traffic flows: yes, can be changed: yes, can be seen and reached: yes\n/u);
  });

  it("says every five seconds how the planes are where nobody looks at a terminal", async () => {
    const call = new ObserveCall();
    await call.run("echo", { for: 21_000 });
    const lines = call.screen.split("\n").filter((line) => line.includes(" of "));
    expect(lines.length).to.be.within(3, 5);
    for (const line of lines)
      expect(line).to.match(/^ +\d+\.\ds {3}data \d+ of \d+ ok \(.+\), control \d+ of \d+ ok .*, management .*; signals 1 healthy$/u);
  });

  it("streams what is seen as NDJSON and nothing else", async () => {
    const call = new ObserveCall();
    await call.run("echo", { for: 2_000, json: true });
    const types = new Set(call.out.map((line) => (JSON.parse(line) as { readonly type: string }).type));
    expect([...types]).to.include.members(["phase", "samples", "claims", "twin"]);
    expect([...types].filter((type) => ["lease", "fired", "undone", "error"].includes(type))).to.deep.equal([]);
  });

  it("leaves the target with --keep", async () => {
    const call = new ObserveCall();
    await call.run("echo", { for: 1_000, keep: true });
    expect(call.opened?.keep).to.equal(true);
  });

  it("ends with 0 by Ctrl-C while it watches, and stops the target", async () => {
    const call = new ObserveCall();
    call.interruptAt = "watching echo until Ctrl-C";
    expect(await call.run("echo")).to.equal(0);
    expect(call.calls.at(-1)).to.equal("stop");
    expect(call.closed).to.equal(true);
  });

  it("is interrupted by Ctrl-C while the target starts, and stops it", async () => {
    const call = new ObserveCall();
    call.interruptAt = " start\n";
    const error: unknown = await call.run("echo").catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "interrupted" });
    expect(call.calls.at(-1)).to.equal("stop");
    expect(call.closed).to.equal(true);
  });

  it("fails where the target can no longer be watched, and stops it", async () => {
    const call = new ObserveCall();
    call.breaks = true;
    const error: unknown = await call.run("echo", { for: 5_000 }).catch((thrown: unknown) => thrown);
    expect(error).to.be.an("error").with.property("message", "observation broke: an agent is gone");
    expect([call.calls.at(-1), call.closed]).to.deep.equal(["stop", true]);
  });

  it("is a guest where the target runs already, starts none and leaves it running", async () => {
    const call = new ObserveCall();
    call.running = [{ session: "r1", variant: undefined, harness: "alive", createdAt: 1, components: [], vantages: [] }];
    expect(await call.run("echo", { for: 50 })).to.equal(0);
    expect(call.calls).to.deep.equal(["guest of r1", "quiet", "left"]);
    expect(call.opened).to.equal(undefined);
    expect(call.screen).to.contain("it runs in session r1 already, and will go on").and.not.to.contain("--keep");
  });

  it("says that --keep changes nothing where the target runs already", async () => {
    const call = new ObserveCall();
    call.running = [{ session: "r1", variant: undefined, harness: "alive", createdAt: 1, components: [], vantages: [] }];
    await call.run("echo", { for: 50, keep: true });
    expect(call.screen).to.contain("--keep changes nothing: whoever started it decides how long it runs");
  });

  for (const [what, error] of [
    ["is slow", new PlanefaultError("deadline", "waited 5000 ms for the engine's list of containers")],
    ["refuses", Object.assign(new Error("(HTTP code 500) server error"), { statusCode: 500 })],
  ] as const)
    it(`starts no second copy where the engine ${what}: it fails, and says why and what to do`, async () => {
      const call = new ObserveCall();
      call.engineError = error;
      const said: unknown = await call.run("echo", { for: 50 }).catch((thrown: unknown) => thrown);
      expect(said).to.be.instanceOf(PlanefaultError).and.include({ code: "engine", cause: error });
      expect(said).to.have.property("message", "whether echo runs already cannot be told, so none was started");
      expect(said).to.have.property("hint").that.contains("doctor");
      expect([call.opened, call.calls]).to.deep.equal([undefined, []]);
    });

  it("starts its own where no engine listens, since nothing can run there and the set-up starts one", async () => {
    const call = new ObserveCall();
    const cause = Object.assign(new Error("connect ENOENT /var/run/docker.sock"), { code: "ENOENT", syscall: "connect" });
    call.engineError = new PlanefaultError("engine", "no container engine answers", { cause });
    expect(await call.run("echo", { for: 1_000 })).to.equal(0);
    expect(call.calls[0]).to.equal("start");
  });

  it("starts its own where only another variant runs", async () => {
    const call = new ObserveCall();
    call.running = [{ session: "r1", variant: "read-through", harness: "alive", createdAt: 1, components: [], vantages: [] }];
    await call.run("etcd-app", { for: 1_000 });
    expect(call.calls[0]).to.equal("start");
  });
});
