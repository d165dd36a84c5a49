// Words that loaders have stumbled over: as YAML writes them, so that a mutation may put them anywhere.
import { jsonSchemas } from "../../../src/files/json-schema.ts";
import type { Random } from "../../../src/model/clock.ts";

export const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

/** Words of both schemas: a key at the wrong place is a mistake of its own. */
const schemaWords = [
  ...new Set(
    Object.values(jsonSchemas()).flatMap((text) => [...text.matchAll(/"([a-zA-Z][\w.-]{1,20})"/gu)].map(([, word]) => word ?? "")),
  ),
];

const strangers = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "__lookupSetter__",
  "isPrototypeOf",
];
const numbers = [
  "1e999",
  "-1e999",
  ".nan",
  ".inf",
  "-.inf",
  "-0",
  "0x7fffffffffffffff",
  "123456789012345678901234567890",
  "1e-400",
  "0o777",
  "1_000",
  "9007199254740993",
  "0.1e1",
];
const types = [
  "null",
  "~",
  "true",
  "no",
  '""',
  "[]",
  "{}",
  "[[]]",
  "[{}]",
  "{ a: { b: [c] } }",
  "2001-12-14",
  "2001-12-14t21:59:43.10-05:00",
  "1:30",
  "''",
  "|\n  block",
  ">-\n  folded",
];
const texts = [
  '"\\0"',
  '"a\\0b"',
  '"\\r\\n"',
  '"a\\nb: c"',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\U0001F600"',
  '"\\u202e"',
  '"\\ufeff"',
  '"\\u2028"',
  '"\\e[31m"',
  '"; reboot"',
  '"$(reboot)"',
  '"-rf"',
  '"{component}{n}{address}"',
  '"../../../../etc/passwd"',
  '"%00"',
  '"${A:-${B:-${C}}}"',
  '"$"',
  '"${"',
  '"/dev/zero"',
  '"./target.yaml"',
  '"./project/compose.yaml"',
  '"http://user:pass@app/"',
  '"http://app:99999/"',
  '"é"',
];
const long = (random: Random): string =>
  pick(["a", "a.", "a-", "9", "(", "\\u0041", "${A:-", "http://a:1/", "a@", "a=", " "], random).repeat(
    10 ** (1 + Math.floor(random() * 4)),
  );

export function key(random: Random): string {
  const chance = random();
  if (chance < 0.25) return pick(strangers, random);
  if (chance < 0.6) return pick(schemaWords, random);
  if (chance < 0.7) return JSON.stringify(long(random).slice(0, 5_000));
  return pick(
    [
      "<<",
      '"<<"',
      "1",
      "true",
      "null",
      ".nan",
      "? [a, b]\n",
      "[a]",
      "{ a: b }",
      '""',
      '"a b"',
      '"\\0"',
      "*a",
      "&a b",
      "!!str c",
      "a\u200bb",
      "%x",
      "@x",
      "`x",
    ],
    random,
  );
}

export function value(random: Random): string {
  const chance = random();
  if (chance < 0.2) return pick(types, random);
  if (chance < 0.4) return pick(numbers, random);
  if (chance < 0.6) return pick(texts, random);
  if (chance < 0.7) return JSON.stringify(pick(strangers, random));
  if (chance < 0.9) return JSON.stringify(pick(schemaWords, random));
  return `"${long(random)}"`;
}

export const tag = (random: Random): string =>
  pick(
    [
      "!!js/function",
      "!!binary",
      "!!set",
      "!!omap",
      "!!timestamp",
      "!!merge",
      "!!str",
      "!!int",
      "!!float",
      "!!null",
      "!local",
      "!<tag:yaml.org,2002:js/regexp>",
      "!!python/object/apply:os.system",
      "!",
    ],
    random,
  );
