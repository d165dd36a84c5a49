// Every string of a JSON Schema, and where it stands in documents: so that no field can be forgotten, a field that no document has is found by its place in the schema.

type Schema = { readonly [key: string]: unknown };
type Path = readonly (string | number)[];

/** One string of a document: a value, or the key of a mapping whose keys are free. */
export interface Spot {
  /** In the schema. */
  readonly pointer: string;
  readonly part: "value" | "key";
  /** In the document; of a key, its own. */
  readonly path: Path;
}

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);
const entriesOf = (value: unknown): readonly (readonly [string, Schema])[] =>
  Object.entries(isSchema(value) ? value : {}).flatMap(([name, inner]) => (isSchema(inner) ? [[name, inner] as const] : []));
const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const typesOf = ({ type }: Schema): readonly unknown[] => (Array.isArray(type) ? type : [type]);
const isString = (schema: Schema): boolean =>
  typesOf(schema).includes("string") ||
  typeof schema["const"] === "string" ||
  (Array.isArray(schema["enum"]) && schema["enum"].some((word) => typeof word === "string"));

/** A schema that is named by $ref, and its own place. */
function followed(root: Schema, schema: Schema, pointer: string): { readonly schema: Schema; readonly pointer: string } {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return { schema, pointer };
  const found = ref
    .slice(2)
    .split("/")
    .filter((step) => step !== "")
    .reduce<unknown>((node, step) => (isSchema(node) ? node[step] : undefined), root);
  if (!isSchema(found)) throw new Error(`${pointer} leads nowhere: ${ref}`);
  return { schema: found, pointer: ref };
}

/** The parts of a schema, each with its place. */
function partsOf(schema: Schema, pointer: string): readonly (readonly [pointer: string, part: Schema])[] {
  const { items, additionalItems, additionalProperties, propertyNames } = schema;
  return [
    ...entriesOf(schema["properties"]).map(([name, part]) => [`${pointer}/properties/${name}`, part] as const),
    ...[...listOf(schema["anyOf"]), ...listOf(schema["oneOf"]), ...listOf(schema["allOf"])].map(
      (part, index) => [`${pointer}/any/${index}`, part] as const,
    ),
    ...(Array.isArray(items) ? listOf(items) : []).map((part, index) => [`${pointer}/items/${index}`, part] as const),
    ...Object.entries({ items, additionalItems, additionalProperties, propertyNames }).flatMap(([name, part]) =>
      isSchema(part) ? [[`${pointer}/${name}`, part] as const] : [],
    ),
  ];
}

export function stringsIn(root: Schema): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (given: Schema, at: string): void => {
    const { schema, pointer } = followed(root, given, at);
    if (seen.has(pointer)) return;
    seen.add(pointer);
    if (isString(schema)) found.add(pointer);
    for (const [place, part] of partsOf(schema, pointer)) visit(part, place);
  };
  visit(root, "#");
  return found;
}

/** Where the strings of a document stand; of several that the schema does not tell apart, the first. */
export function spotsOf(root: Schema, document: unknown): readonly Spot[] {
  const found = new Map<string, Spot>();
  const visit = (given: Schema, at: string, value: unknown, path: Path): void => {
    const { schema, pointer } = followed(root, given, at);
    if (typeof value === "string" && isString(schema)) add({ pointer, part: "value", path });
    for (const [place, part] of partsOf(schema, pointer).filter(([place]) => place.startsWith(`${pointer}/any/`)))
      if (fits(root, part, value)) visit(part, place, value, path);
    if (Array.isArray(value)) {
      const { items } = schema;
      value.forEach((item, index) => {
        const fixed = Array.isArray(items) ? listOf(items)[index] : undefined;
        const rest = isSchema(items) ? items : schema["additionalItems"];
        if (fixed) visit(fixed, `${pointer}/items/${index}`, item, [...path, index]);
        else if (isSchema(rest)) visit(rest, `${pointer}/${isSchema(items) ? "items" : "additionalItems"}`, item, [...path, index]);
      });
    } else if (isSchema(value)) {
      const known = new Map(entriesOf(schema["properties"]));
      for (const [name, item] of Object.entries(value)) {
        const own = known.get(name);
        if (own) visit(own, `${pointer}/properties/${name}`, item, [...path, name]);
        else {
          if (isSchema(schema["propertyNames"])) add({ pointer: `${pointer}/propertyNames`, part: "key", path: [...path, name] });
          if (isSchema(schema["additionalProperties"]))
            visit(schema["additionalProperties"], `${pointer}/additionalProperties`, item, [...path, name]);
        }
      }
    }
  };
  const add = (spot: Spot): void => void (found.has(spot.pointer) || found.set(spot.pointer, spot));
  visit(root, "#", document, []);
  return [...found.values()];
}

/** Whether a value may be meant by this branch of a union: by its type, its constants and its keys. */
function fits(root: Schema, given: Schema, value: unknown): boolean {
  const { schema } = followed(root, given, "");
  const constant = schema["const"];
  if (constant !== undefined) return constant === value;
  if (Array.isArray(schema["enum"])) return schema["enum"].includes(value);
  const branches = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (branches.length > 0) return branches.some((branch) => fits(root, branch, value));
  const all = listOf(schema["allOf"]);
  if (all.length > 0) return all.every((part) => fits(root, part, value));
  const types = typesOf(schema);
  if (typeof value === "string") return types.includes("string");
  if (Array.isArray(value))
    return types.includes("array") && (!isSchema(schema["items"]) || value.every((item) => fits(root, schema["items"] as Schema, item)));
  if (!isSchema(value))
    return types.includes(value === null ? "null" : typeof value) || (typeof value === "number" && types.includes("integer"));
  const known = new Map(entriesOf(schema["properties"]));
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const rest = schema["additionalProperties"];
  return (
    types.includes("object") &&
    required.every((name) => Object.hasOwn(value, String(name))) &&
    Object.entries(value).every(([name, item]) => {
      const own = known.get(name);
      if (own) return fits(root, own, item);
      return isSchema(rest) ? fits(root, rest, item) : rest !== false;
    })
  );
}

/** The document with another string at that place. */
export function replaced(document: unknown, { part, path }: Spot, change: (text: string) => string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return typeof document === "string" ? change(document) : document;
  if (Array.isArray(document))
    return document.map((item, index) => (index === step ? replaced(item, { pointer: "", part, path: rest }, change) : item));
  return Object.fromEntries(
    Object.entries(document as Schema).map(([name, item]) => {
      if (name !== step) return [name, item];
      return part === "key" && rest.length === 0 ? [change(name), item] : [name, replaced(item, { pointer: "", part, path: rest }, change)];
    }),
  );
}
