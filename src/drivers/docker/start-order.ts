// In which order components start: all at once, save those that say what they come after. Each starts once and its health is awaited once, whoever asks.
import type { Component } from "../../model/stack.ts";

export interface Starting {
  /** Runs one component and puts its agent beside it. */
  run(component: Component): Promise<void>;
  healthy(component: Component): Promise<void>;
}

export interface Order {
  started(component: Component): Promise<void>;
  healthy(component: Component): Promise<void>;
}

/** Nobody comes after himself, not even through others: `files` has refused that. */
export function inOrder(components: readonly Component[], work: Starting): Order {
  const order: Order = {
    started: once(async (component) => {
      const { after = [] } = component.composed ?? {};
      await Promise.all(after.flatMap(({ service, until }) => replicasOf(service, components).map((earlier) => order[until](earlier))));
      await work.run(component);
    }),
    healthy: once(async (component) => {
      await order.started(component);
      await work.healthy(component);
    }),
  };
  return order;
}

const replicasOf = (service: string, components: readonly Component[]): readonly Component[] =>
  components.filter((component) => component.service === service);

function once(doing: (component: Component) => Promise<void>): (component: Component) => Promise<void> {
  const begun = new Map<string, Promise<void>>();
  return (component) => {
    const going = begun.get(component.name) ?? doing(component);
    begun.set(component.name, going);
    return going;
  };
}
