// The model's state as lines, in the same words as a real digest, so that leaks of the model are found as real ones are.
import type { Digest } from "../../model/digest.ts";
import type { Stack } from "../../model/stack.ts";
import type { Effect, ModelState } from "./model-state.ts";

export function digestOf(stack: Stack, state: ModelState, tables: ReadonlySet<string>, leases: ReadonlySet<string>, nowMs: number): Digest {
  const acting = state.acting(nowMs).map(({ effect }) => effect);
  const lines = (component: string): Digest => {
    const own = acting.filter(({ at }) => at.component === component);
    const of = (op: Effect["op"]): string =>
      own
        .filter((effect) => effect.op === op)
        .map((effect) => JSON.stringify(effect))
        .toSorted()
        .join(" ");
    const processes = (stack.components.find(({ name }) => name === component)?.processes ?? []).flatMap(({ name }) =>
      state.down(component, name, nowMs) === undefined
        ? [
            [`${component}/process/${name}`, "runs"],
            [`${component}/process/${name}/identity`, `life ${state.lives(component, name, nowMs) + 1}`],
          ]
        : [[`${component}/process/${name}`, "absent"]],
    );
    return {
      ...Object.fromEntries(processes),
      [`${component}/container`]: "running",
      [`${component}/nft`]: tables.has(component) || of("packets.block") !== "" ? `table ${of("packets.block")}` : "",
      [`${component}/limits`]: of("disk.limit"),
      [`${component}/links`]: of("link.down"),
      [`${component}/qdiscs`]: of("rate.limit") + of("packets.disturb"),
      [`${component}/traced`]: of("sync.delay") + of("sync.fail"),
      [`${component}/quota`]: of("cpu.limit"),
      [`${component}/memory`]: of("memory.limit"),
      [`${component}/stopped`]: of("process.stop"),
    };
  };
  const digests = [...stack.components, ...stack.vantages].map(({ name }) => lines(name));
  return Object.assign(
    {
      "keeper/leases": [...leases].toSorted().join(" "),
      ...Object.fromEntries(stack.networks.map((network) => [`networks/${network}`, "exists"])),
    },
    ...digests,
  );
}
