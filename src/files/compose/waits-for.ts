// Who starts after whom.

/** Is `one` the other, or does it wait for it, directly or through others? `after` gives whom a service waits for. */
export function waitsFor(one: string, other: string, after: (service: string) => readonly string[], seen: readonly string[] = []): boolean {
  if (one === other) return true;
  return !seen.includes(one) && after(one).some((next) => waitsFor(next, other, after, [...seen, one]));
}
