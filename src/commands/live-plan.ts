// `plan --live`: the places of a plan in a target that runs just now, in words.
import { lookUpTarget, type LivePlace, type LiveTarget } from "../drivers/docker/live-lookup.ts";
import { PlanefaultError } from "../model/error.ts";
import { type Place, placeName } from "../model/op.ts";
import type { Plan } from "../model/plan.ts";
import { reachEngine } from "../setup/engine-client.ts";
import { program } from "../setup/places.ts";
import { harnessWords } from "./harness-words.ts";

const askMs = 5_000;

/** Only GET requests reach the engine. */
export async function lookAtPlan(plan: Plan): Promise<readonly LiveTarget[]> {
  const reached = await reachEngine(askMs);
  if (!reached.ok)
    throw new PlanefaultError("engine", `no container engine answers: ${reached.why}`, { hint: `${program} doctor says what is missing` });
  return lookUpTarget(reached.engine, plan.stack, placesOf(plan));
}

/** What the changes touch and whom they keep apart, each once; all components where nothing is touched. */
export function placesOf(plan: Plan): readonly Place[] {
  const touched = plan.changes.flatMap(({ apply }) => {
    if (apply.op === "packets.disturb") return [apply.at, ...apply.to];
    return "traffic" in apply ? [apply.at, apply.traffic.from] : [apply.at];
  });
  const places = touched.length > 0 ? touched : plan.stack.components.map(({ name }): Place => ({ component: name }));
  return [...new Map(places.map((place) => [placeName(place), place])).values()];
}

export function liveWords({ stack }: Plan, found: readonly LiveTarget[]): string {
  const target = stack.variant === undefined ? stack.name : `${stack.name} (${stack.variant})`;
  if (found.length === 0) return `Live: no target ${target} runs; \`${program} run --keep\` leaves one running`;
  const vantages = new Set(stack.vantages.map(({ name }) => name));
  return found
    .map((live) =>
      [
        "attached" in live
          ? `Live: target ${target} is attached to ${live.attached}`
          : `Live: target ${target} runs in session ${live.session}, ${harnessWords[live.harness]}`,
        ...live.places.map((one) => `  ${placeName(one.place)}: ${placeWords(one, vantages.has(one.place.component))}`),
        ...("attached" in live ? live.amiss.map((sentence) => `  a run would be refused: ${sentence}`) : []),
        ...(stack.roles.length > 0 ? ["  roles are brought about and verified by a run; looking cannot tell who has one now"] : []),
      ].join("\n"),
    )
    .join("\n\n");
}

function placeWords({ place, container, pid }: LivePlace, vantage: boolean): string {
  if (!container) return vantage ? "a vantage, which a run starts anew" : "nothing of this name runs";
  const addresses = Object.entries(container.addresses).map(([network, address]) => `${address} on ${network}`);
  return [
    `container ${container.id.slice(0, 12)} (${container.name}, ${container.state})`,
    ...addresses,
    ...(container.netns === undefined ? [] : [`network namespace ${container.netns}`]),
    pid === undefined
      ? `no process ${place.process ?? ""} runs`.replace("  ", " ")
      : `${place.process ?? "first process"} has pid ${pid} on the engine's host`,
  ].join(", ");
}
