// Which ports the canaries of a change use. Both ends and the rule must agree without talking, so the port follows from the change's id.

/** Above the kernel's range of ephemeral ports (32768-60999), so that no connection of the target is taken for a canary. */
export const firstPort = 61_000;
const perKind = 2_000;
export const lastPort = firstPort + 2 * perKind - 1;

export interface CanaryPorts {
  /** Caught by the rule. */
  readonly canary: number;
  /** Must pass where the rule names a port. */
  readonly bystander: number;
}

/** Ids that end in a number ("c12") cannot collide with each other; others are spread by a hash. */
export function canaryPorts(change: string): CanaryPorts {
  const number = /(\d+)$/u.exec(change)?.[1];
  const slot =
    number === undefined ? Buffer.from(change).reduce((hash, byte) => (hash * 31 + byte) % perKind, 7) : Number(number) % perKind;
  return { canary: firstPort + slot, bystander: firstPort + perKind + slot };
}
