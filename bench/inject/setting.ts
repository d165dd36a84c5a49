// Where all shots fall: one target on real containers, started once, with the stopwatch beside it. Everybody shoots at the same container.
import { factsOf } from "../../src/commands/known-facts.ts";
import { newRunId } from "../../src/commands/run-folder.ts";
import { connectEngine, type Engine } from "../../src/drivers/docker/engine.ts";
import { resourceName } from "../../src/drivers/docker/labels.ts";
import { powersOf } from "../../src/drivers/docker/powers.ts";
import { openDockerSession } from "../../src/drivers/docker/session.ts";
import type { Plan } from "../../src/model/plan.ts";
import { type Build, buildsOf, type Stack } from "../../src/model/stack.ts";
import type { World } from "../../src/model/world.ts";
import { type MonotonicClock, monotonicClock } from "../../src/run/clock.ts";
import { ensure, type Provided } from "../../src/setup/ensure.ts";
import { planned } from "../planned.ts";
import { type Place, type TimedFault } from "./faults.ts";
import { Stopwatch } from "./watch.ts";

export interface Setting extends AsyncDisposable {
  readonly world: World;
  readonly clock: MonotonicClock;
  readonly stopwatch: Stopwatch;
  readonly place: Place;
  /** Address from which the packets come. */
  readonly user: string;
  /** With iptables and tc in it. */
  readonly image: string;
  readonly plans: readonly { readonly timed: TimedFault; readonly plan: Plan }[];
  /** Faults that this machine cannot do, and why. */
  readonly refused: readonly string[];
}

/** Leases outlast every shot: the lease of a fault is for those who die, and nobody does here. */
const phases = { baseline: "5s", fault: "10s", recovery: "5s" } as const;

const planOf = (faults: readonly TimedFault["fault"][], facts = {}): Plan =>
  planned({ title: "how exactly faults act", target: "./inject/target.yaml", phases, faults }, "bench/inject.ts", facts);

export const placeStack = (): Stack => planOf([]).stack;

/** The image of the place, and with it what a session needs. */
export async function providePlace(): Promise<Provided & { readonly placeImage: string }> {
  const stack = placeStack();
  const { folder } = stack;
  const builds = buildsOf(stack);
  const provided = await ensure({ engine: true, toolbox: true, agent: true, images: [{ folder, builds }] });
  return { ...provided, placeImage: provided.image(folder, builds[0] ?? "") };
}

export async function openSetting(wanted: readonly TimedFault[]): Promise<Setting> {
  const provided = await providePlace();
  const { toolbox, agentFolder, kernel, placeImage } = provided;
  if (toolbox === undefined || agentFolder === undefined) throw new Error("the set-up gave less than it was asked for");
  const stack = placeStack();
  const plans: { readonly timed: TimedFault; readonly plan: Plan }[] = [];
  const refused: string[] = [];
  for (const timed of wanted)
    try {
      plans.push({ timed, plan: planOf([timed.fault], factsOf(kernel)) });
    } catch (error) {
      refused.push(`${timed.name}: ${String(error)}`);
    }
  await using opened = new AsyncDisposableStack();
  const session = newRunId(Date.now(), Math.random);
  const images = { toolbox, of: (build: Build) => provided.image(stack.folder, build) };
  const docker = await openDockerSession({ images, agentFolder, keep: false, session });
  opened.defer(() => docker.close());
  const clock = monotonicClock();
  const powers = powersOf(plans.flatMap(({ plan }) => plan.changes.map(({ apply }) => apply)));
  const world = docker.world({ id: session, originNs: clock.originNs, powers });
  await world.start(stack, (step) => console.error(`  ${step}`));
  const engine = await connectEngine();
  const [place, user] = await Promise.all(["place", "user"].map((name) => placeOf(engine, resourceName(session, name))));
  if (!place || !user) throw new Error("no place and no user");
  const stopwatch = new Stopwatch({
    image: toolbox,
    name: resourceName(session, "stopwatch"),
    beside: user.container,
    originNs: clock.originNs,
  });
  opened.use(stopwatch);
  const all = opened.move();
  return {
    world,
    clock,
    stopwatch,
    place,
    user: user.address,
    image: placeImage,
    plans,
    refused,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function placeOf({ docker }: Engine, container: string): Promise<Place> {
  const { State: state, NetworkSettings: settings } = await docker.getContainer(container).inspect();
  const address = Object.values(settings.Networks)[0]?.IPAddress;
  if (address === undefined) throw new Error(`${container} has no address`);
  return { container, pid: state.Pid, address };
}
