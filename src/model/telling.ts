// What gives a secret away by what stands beside it: the name of a variable or parameter, a header, the user of a URL. Pure, and linear in the length of the text: logs may be long.

/** Stands wherever something was hidden. */
export const mark = "[hidden]";
/** Shorter texts are words of every log; whoever wants one kept chooses a longer one. */
export const leastLength = 6;

/** PGPASSWORD, api-key, x-auth-token; not KEYSPACE, and not PASSWORD_FILE, whose value is a path. */
export function isTelling(name: string): boolean {
  if (/[-_.](?:file|path|dir)$/iu.test(name)) return false;
  return /passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|signing|encryption)[-_]?key|(?:^|[-_.])(?:pass|key|auth|cookie|signature|sig)(?:$|[-_.])|[-_.]pwd$/iu.test(
    name,
  );
}

interface Pattern {
  readonly what: RegExp;
  /** What of a match is the secret; undefined: none is. The rest stays. */
  readonly secret: (groups: Readonly<Record<string, string | undefined>>) => string | undefined;
}

const long = (text: string | undefined): string | undefined => (text !== undefined && text.length >= leastLength ? text : undefined);
const told = ({ name = "", value }: Readonly<Record<string, string | undefined>>): string | undefined =>
  isTelling(name) ? long(value) : undefined;

/** Each begins with a fixed letter or word, so that a long text is searched once and not from each of its letters. */
const patterns: readonly Pattern[] = [
  // postgres://user:password@db
  { what: /:\/\/[^\s/@:"']{0,200}:(?<value>[^\s/@"']{1,500})@/gu, secret: ({ value }) => value },
  // Authorization: Bearer x, also as a key of JSON. The rest of the line is the value.
  {
    what: /\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]{0,40}?(?:key|token|secret|auth|password|session)[a-z0-9-]{0,40})\\?["']?[ \t]{0,5}[:=][ \t]{0,5}\\?["']?(?<value>[^\r\n"'\\]+)/giu,
    secret: ({ value }) => value?.trim(),
  },
  { what: /\b(?:bearer|basic) (?<value>[A-Za-z0-9._~+/=-]{8,})/giu, secret: ({ value }) => value },
  // ?token=x, --password=x, DB_PASSWORD=x. The name is looked for backwards from the sign.
  { what: /=(?<=(?<name>[\w.-]{1,80})=)\\?["']?(?<value>[^&\s"'<>;,\\]+)/gu, secret: told },
  // "password": "x", also with the quotes escaped.
  { what: /\\?"(?<name>[\w.-]{1,80})\\?"\s{0,3}:\s{0,3}\\?"(?<value>[^"\\]+)/gu, secret: told },
];

/** The text without what its own words give away. */
export function withoutTold(text: string): string {
  return patterns.reduce(
    (rest, { what, secret }) =>
      rest.replaceAll(what, (...match: unknown[]) => {
        const whole = String(match[0]);
        const found = secret(groupsOf(match));
        if (found === undefined || found === "" || found === mark) return whole;
        const at = whole.lastIndexOf(found);
        return `${whole.slice(0, at)}${mark}${whole.slice(at + found.length)}`;
      }),
    text,
  );
}

/** What the text's own words give away, to be hidden elsewhere, too. */
export function toldIn(text: string): readonly string[] {
  return patterns.flatMap(({ what, secret }) =>
    [...text.matchAll(what)].flatMap((match) => {
      const found = secret(match.groups ?? {});
      return found === undefined ? [] : [found, ...partsOf(found)];
    }),
  );
}

/** "Bearer x" is known by its x alone, and "sid=x; theme=y" by each value. */
function partsOf(value: string): readonly string[] {
  const pairs = value.split(";").flatMap((pair) => /^\s*[\w.-]+=(?<said>[^=].*)$/u.exec(pair)?.groups?.["said"] ?? []);
  return pairs.length > 0 ? pairs : value.split(/\s+/u).slice(-1);
}

const groupsOf = (match: readonly unknown[]): Readonly<Record<string, string | undefined>> => {
  const last = match.at(-1);
  return typeof last === "object" && last !== null ? (last as Readonly<Record<string, string | undefined>>) : {};
};
