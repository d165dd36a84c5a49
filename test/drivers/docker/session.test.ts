// What resists its removal is a leak: said by name, with exit code 5, and never waited for longer than the deadlines say.
import { expect } from "chai";
import { mock } from "node:test";
import { cleanup } from "../../../src/commands/cleanup.ts";
import { OneSession } from "../../../src/commands/sessions.ts";
import type { Engine } from "../../../src/drivers/docker/engine.ts";
import { label } from "../../../src/drivers/docker/labels.ts";
import { Session } from "../../../src/drivers/docker/session.ts";
import { sweep } from "../../../src/drivers/docker/sweep.ts";
import { PlanefaultError } from "../../../src/model/error.ts";

interface Removal {
  readonly started: () => void;
  /** Undefined: the engine accepts and never answers. */
  readonly answer: Promise<void> | undefined;
}

/** An engine that holds one container and one volume of session "x"; the lists are always the same. */
const holding = ({ started, answer }: Removal): Engine => {
  const Labels = { [label.session]: "x" };
  const never = new Promise<void>(() => undefined);
  const docker = {
    listContainers: async () => [{ Id: "c1", Names: ["/pf-x-store"], Labels }],
    listNetworks: async () => [],
    listVolumes: async () => ({ Volumes: [{ Name: "pf-x-data", Labels }] }),
    getContainer: () => ({ remove: () => (started(), answer ?? never) }),
    getVolume: () => ({ remove: async () => undefined }),
  };
  // The part of the engine's client that a removal may use.
  return { docker, cgroupVersion: 1, cgroupDriver: "cgroupfs" } as unknown as Engine;
};
const sessionOf = (engine: Engine): Session =>
  new Session({
    engine,
    options: { images: { toolbox: "", of: () => "" }, agentFolder: "", keep: false, session: "x" },
    key: { publicKey: "", privateKey: "" },
  });
const ending = async (task: Promise<unknown>): Promise<unknown> => {
  try {
    return await task;
  } catch (error) {
    return error;
  }
};

/** What `task` ends with, while time flies: a second each time that everything waits. */
async function hurried(task: Promise<unknown>): Promise<unknown> {
  const seen: unknown[] = [];
  void ending(task).then((end) => seen.push(end));
  for (let seconds = 0; seconds < 200; seconds += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (seen.length > 0) return seen[0];
    mock.timers.tick(1_000);
  }
  throw new Error("it still waited after 200 s");
}

describe("a container whose removal never ends", () => {
  let asked = 0;
  const engine = holding({ started: () => (asked += 1), answer: undefined });
  beforeEach(() => {
    asked = 0;
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => mock.timers.reset());

  const leak = (error: unknown): string => {
    if (!(error instanceof PlanefaultError)) throw new Error(`expected a leak and saw ${String(error)}`);
    expect([error.code, error.exitCode]).to.deep.equal(["leak", 5]);
    expect(error.hint).to.match(/planefault cleanup/u);
    expect(asked).to.be.greaterThan(0);
    return error.message;
  };

  it("is a leak at the end of a session", async () => {
    expect(leak(await hurried(sessionOf(engine).close()))).to.match(/^not everything could be removed: container pf-x-store: waited/u);
  });

  it("is a leak at the end of a run", async () => {
    expect(leak(await hurried(sessionOf(engine).endRun()))).to.match(/^not everything could be removed: container pf-x-store: waited/u);
  });

  it("is stuck, so that the next run gets a session of its own", async () => {
    const one = new OneSession();
    const stuck = sessionOf(engine);
    expect(await one.of("etcd", "etcd", async () => stuck)).to.equal(stuck);
    expect(await one.of("etcd", "etcd", async () => sessionOf(engine))).to.equal(stuck);
    leak(await hurried(stuck.endRun()));
    const next = sessionOf(engine);
    expect(await one.of("etcd", "etcd", async () => next)).to.equal(next);
  });

  it("is a leak where the target is left for people", async () => {
    expect(leak(await hurried(sessionOf(engine).leave()))).to.match(/^not everything could be removed: container pf-x-store: waited/u);
  });

  it("is named by cleanup, and hides nothing that was removed", async () => {
    const report = await hurried(cleanup({ session: "x" }, async () => engine));
    expect(report).to.deep.include({
      removed: [{ what: "volume", name: "pf-x-data", session: "x" }],
      errors: ["container pf-x-store: waited 14000 ms for container pf-x-store to be removed"],
    });
  });
});

describe("a container that the engine refuses to remove", () => {
  it("is named with the engine's words", async () => {
    const answer = Promise.reject(Object.assign(new Error("device is busy"), { statusCode: 500 }));
    const engine = holding({ started: () => undefined, answer });
    const one = { what: "container", id: "c1", name: "pf-x-store", labels: {} } as const;
    expect(await sweep(engine, [one])).to.deep.equal({ removed: [], errors: ["container pf-x-store: device is busy"] });
  });
});

describe("containers of a session", () => {
  const removing = async (failing: boolean): Promise<readonly string[]> => {
    const steps: string[] = [];
    const docker = {
      getContainer: (id: string) => ({
        remove: async () => {
          steps.push(`${id} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          steps.push(`${id} ends`);
          if (failing) throw new Error("the engine is busy");
        },
      }),
    };
    const engine = { docker, cgroupVersion: 1, cgroupDriver: "cgroupfs" } as unknown as Engine;
    await sweep(
      engine,
      ["c1", "c2", "c3"].map((id) => ({ what: "container", id, name: id, labels: {} })),
    );
    return steps;
  };

  it("are removed one after the other, since the engine loses count of its networks where many leave at once", async () => {
    expect(await removing(false)).to.deep.equal(["c1 begins", "c1 ends", "c2 begins", "c2 ends", "c3 begins", "c3 ends"]);
  });

  it("are removed all together once one resists, since an engine in trouble may let each wait", async () => {
    expect(await removing(true)).to.deep.equal(["c1 begins", "c1 ends", "c2 begins", "c3 begins", "c2 ends", "c3 ends"]);
  });
});
