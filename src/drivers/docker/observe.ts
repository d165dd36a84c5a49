// Sends probes and signals to their vantages, witnesses to both ends of what they watch, and evidence to every component.
import { revealed } from "../../model/hidden.ts";
import type { ArmedChange } from "../../model/identity.ts";
import type { Plan } from "../../model/plan.ts";
import type { ProbeInstance } from "../../model/probe.ts";
import { canarySender, type Witness } from "../../model/witness.ts";
import { PlanefaultError } from "../../model/error.ts";
import type { Said } from "./channel.ts";
import { answerDeadlinesMs } from "./deadlines.ts";
import { loadPlace } from "../../model/load.ts";
import type { SessionContext } from "./session-context.ts";
import type { RunningStack } from "./start-stack.ts";

const evidenceEveryMs = 1_000;

export async function startObserving(
  context: SessionContext,
  running: RunningStack,
  plan: Plan,
  armed: readonly ArmedChange[],
  seed: number,
): Promise<void> {
  const tell = (name: string, command: Said): Promise<unknown> => {
    const agent = running.agents.get(name);
    if (!agent)
      throw new PlanefaultError("target", `${name} is no component and no vantage of the target`, { hint: "probes look from vantages" });
    return agent.channel.demand(command, answerDeadlinesMs.observe);
  };
  const { addresses } = running;
  const witness = (one: Witness, role: "answer" | "bystander" | "send"): Said => ({
    do: "witness",
    witness: one,
    role,
    addresses,
    armed: armed.filter(({ change }) => one.changes.includes(change.id)),
    processes: running.components.get(one.at.component)?.component.processes ?? [],
  });
  // The answering ends stand before anybody sends.
  await Promise.all(
    plan.witnesses.flatMap((one) => [
      tell(answererOf(one), witness(one, "answer")),
      ...(one.kind === "disturbance" && one.bystander ? [tell(one.bystander.component, witness(one, "bystander"))] : []),
    ]),
  );
  const loaded = plan.load?.kind === "rate" ? plan.load.instances : [];
  const environment = plan.load?.kind === "script" ? revealed(plan.load.environment) : {};
  const isLoad = ({ instance }: ProbeInstance): boolean => loaded.includes(instance);
  await Promise.all([
    ...(plan.load
      ? [tell(loadPlace, { do: "load", name: loadPlace, load: plan.load, environment, probes: plan.probes.filter(isLoad), addresses })]
      : []),
    ...plan.witnesses.flatMap((one) => {
      const sender = canarySender(one);
      return sender === undefined ? [] : [tell(sender, witness(one, "send"))];
    }),
    ...running.stack.components
      // Beside somebody else's containers agents stand only where they must.
      .filter(({ name }) => !running.attached || running.agents.has(name))
      .map(({ name, metrics }) => tell(name, { do: "evidence", component: name, metrics, everyMs: evidenceEveryMs })),
    ...running.stack.vantages.map(({ name }) => {
      const probes = plan.probes.filter((probe) => probe.vantage === name && !isLoad(probe));
      const signals = plan.signals.filter((signal) => signal.vantage === name);
      return probes.length + signals.length === 0
        ? undefined
        : tell(name, { do: "probe", probes, signals, addresses, sshKey: context.key.privateKey, vantage: name, seed });
    }),
  ]);
}

/** Where canaries arrive, or where there are none, where the witness looks. */
const answererOf = (one: Witness): string => (one.kind === "rate" || one.kind === "disturbance" ? one.peer.component : one.at.component);
