// Looks a word of somebody's file up in a table: "constructor" and "toString" are words like others, and no table has them because every object does.

export const own = <Value>(table: Readonly<Record<string, Value>> | undefined, word: string): Value | undefined =>
  table !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
