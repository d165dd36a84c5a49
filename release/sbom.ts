// The list of all that comes along with planefault, as npm makes it from the lock file (CycloneDX), without what is another with each call: the same lock gives the same bytes.

export interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly tools?: unknown; readonly component: unknown };
  readonly components: readonly { readonly "bom-ref": string; readonly name: string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const by =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;

/** Serial number, time and the version of npm go; lists are sorted. */
export function withoutChance({ serialNumber: _serial, ...bom }: Bom): Bom {
  return {
    ...bom,
    metadata: { component: bom.metadata.component },
    components: bom.components.toSorted(by((component) => component["bom-ref"])),
    dependencies: bom.dependencies
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.toSorted() }))
      .toSorted(by((dependency) => dependency.ref)),
  };
}
