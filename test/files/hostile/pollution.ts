// Whether anybody has written to the prototypes that all objects share.

const shared = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Boolean: Boolean.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  RegExp: RegExp.prototype,
  Error: Error.prototype,
  Promise: Promise.prototype,
  ObjectItself: Object,
  ArrayItself: Array,
} as const;

const stateOf = (one: object): ReadonlyMap<PropertyKey, unknown> =>
  new Map(
    Reflect.ownKeys(one).map((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(one, key);
      return [key, descriptor && ("get" in descriptor ? Reflect.get(descriptor, "get") : descriptor.value)];
    }),
  );

const before = Object.entries(shared).map(([name, one]) => ({
  name,
  one,
  state: stateOf(one),
  parent: Object.getPrototypeOf(one) as unknown,
}));

export function pollution(): readonly string[] {
  return before.flatMap(({ name, one, state, parent }) => {
    const now = stateOf(one);
    const differs = [...new Set([...state.keys(), ...now.keys()])].filter(
      (key) => state.get(key) !== now.get(key) || state.has(key) !== now.has(key),
    );
    return [
      ...differs.map((key) => `${name}.${String(key)} was written to`),
      ...(Object.getPrototypeOf(one) === parent ? [] : [`${name} has another prototype`]),
    ];
  });
}
