// Chance from the run's seed and a name, so that a run can be repeated and adding a probe does not move the others.

/** Uniform in [0, 1): FNV-1a over the name, then one round of mulberry32. */
export function seededFraction(seed: number, name: string): number {
  let state = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of Buffer.from(name, "utf8")) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
