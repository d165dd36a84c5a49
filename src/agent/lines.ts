// Splits a byte stream into lines, with a limit: a peer that never ends its line must not fill our memory.

const longest = 4 * 1024 * 1024;

export function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > longest) throw new Error(`a line is longer than ${longest} characters`);
    for (const line of parts) if (line.trim() !== "") onLine(line);
  };
}
