// Text inside XML and HTML.

const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Also replaces control characters, which XML 1.0 cannot hold in any form (or, from U+007F on, advises against). */
export const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/gu, (character) => names[character] ?? character).replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");
