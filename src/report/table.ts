// Text in columns, and tables that are printed as text or as Markdown.

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A line below it, over all rows. */
  readonly foot?: string;
}

/** Columns as wide as their widest cell, two spaces apart; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = ""): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

export const textTable = ({ title, head, rows, foot }: Table): string =>
  `${[title, ...columns([head, ...rows], "  "), ...(foot === undefined ? [] : ["", foot])].join("\n")}\n`;

const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export const markdownTable = ({ title, head, rows, foot }: Table): string =>
  `${[`## ${title}`, "", line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line), ...(foot === undefined ? [] : ["", foot])].join("\n")}\n`;
