// How a secret may be spelt by others: as it is, and as JSON, HTML, URLs, hex and base64 write it. Each once; combinations of two of them are not known.

/** What base64 makes of the bytes where so many stand before them in a group of three: only the letters that depend on no neighbour. */
function base64Core(bytes: Buffer, before: 0 | 1 | 2): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function base64(bytes: Buffer): readonly string[] {
  const usual = ([0, 1, 2] as const).map((before) => base64Core(bytes, before));
  const url = usual.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...usual, ...url, ...usual.map((text) => encodeURIComponent(text))];
}

function json(text: string): readonly string[] {
  const usual = JSON.stringify(text).slice(1, -1);
  const escaped = (letters: RegExp): string =>
    usual.replaceAll(letters, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  // Twice, where JSON stands in JSON; letters beyond ASCII and those that mean something to HTML, as some writers escape them.
  return [usual, JSON.stringify(usual).slice(1, -1), escaped(/[<>&]/gu), escaped(/[^\u0020-\u007e]/g), usual.replaceAll("/", "\\/")];
}

function html(text: string): readonly string[] {
  const bare = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quotes = [
    ["&quot;", "&#39;"],
    ["&#34;", "&#x27;"],
    ["&quot;", "&apos;"],
  ] as const;
  return [bare, ...quotes.map(([double, single]) => bare.replaceAll('"', double).replaceAll("'", single))];
}

function url(text: string): readonly string[] {
  const strict = encodeURIComponent(text).replaceAll(/[!'()*~]/gu, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const all = [encodeURIComponent(text), encodeURI(text), strict, strict.replaceAll("%20", "+")];
  return [...all, ...all.map((one) => one.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()))];
}

export function spellings(secret: string): readonly string[] {
  const text = secret.toWellFormed();
  const bytes = Buffer.from(text, "utf8");
  const hex = bytes.toString("hex");
  const all = [secret, ...json(text), ...html(text), ...url(text), hex, hex.toUpperCase(), ...base64(bytes)];
  return [...new Set(all)];
}
