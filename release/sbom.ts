// The list of all that comes along with planefault, as npm makes it from the lock file (CycloneDX), without what is another with each call: the same lock gives the same bytes.

export interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly tools?: unknown; readonly component: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** Only development needs it. npm's own `--omit dev` leaves out what both need, such as yaml and zod. */
const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === "cdx:npm:package:development" && value === "true");

const by =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;

/** Serial number, time, the version of npm and what only development needs go; lists are sorted. */
export function withoutChance({ serialNumber: _serial, ...bom }: Bom): Bom {
  const components = bom.components.filter((component) => !isForDevelopment(component));
  const left = new Set(bom.components.filter(isForDevelopment).map((component) => component["bom-ref"]));
  for (const component of components) left.delete(component["bom-ref"]);
  return {
    ...bom,
    metadata: { component: bom.metadata.component },
    components: components.toSorted(by((component) => component["bom-ref"])),
    dependencies: bom.dependencies
      .filter(({ ref }) => !left.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !left.has(other)).toSorted() }))
      .toSorted(by((dependency) => dependency.ref)),
  };
}
