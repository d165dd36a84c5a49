// What a person sees: plain lines where nobody looks at a terminal, and on one a lane per plane that is redrawn in place.
import { expect } from "chai";
import { liveScreen } from "../../src/commands/live-lanes.ts";
import type { LaneBucket, RunEvent } from "../../src/run/run-end.ts";

const bucket = (plane: LaneBucket["plane"], instance: string, good: number, bad: number, medianMs?: number): LaneBucket => ({
  plane,
  instance,
  good,
  bad,
  missed: 0,
  medianMs,
  worstMs: medianMs,
});
const lanes = (...probes: readonly LaneBucket[]): Extract<RunEvent, { readonly type: "lanes" }> => ({
  type: "lanes",
  atMs: 1_000,
  probes,
  signals: [
    { instance: "health@app-1", claim: "healthy" },
    { instance: "health@app-2", claim: "healthy" },
    { instance: "alerts", claim: "silent" },
  ],
});
const fire: RunEvent = { type: "phase", atMs: 12_345, phase: "fire", edge: "begin", lengthMs: undefined };

/** What is left on a terminal that obeys "up by n lines" and "clear from there". */
function shown(text: string): readonly string[] {
  let lines: string[] = [];
  for (const part of text.split("\u001B[")) {
    const up = /^(\d+)A$/u.exec(part);
    lines = up ? lines.slice(0, lines.length - Number(up[1])) : [...lines, ...part.replace(/^J/u, "").split("\n").slice(0, -1)];
  }
  return lines;
}

function onScreen(isTTY: boolean, ...events: readonly RunEvent[]): string {
  let text = "";
  const screen = liveScreen({ isTTY, columns: 80, write: (part) => (text += part) });
  for (const event of events) screen.on(event);
  screen.close();
  return text;
}

describe("the live screen", () => {
  it("on a terminal keeps one lane for each plane, with its slowest probe, and the claims", () => {
    const text = onScreen(
      true,
      lanes(bucket("data", "get", 10, 0, 2), bucket("control", "put", 3, 0, 20), bucket("management", "ssh", 1, 0)),
      lanes(bucket("data", "get", 6, 4, 2), bucket("data", "get-slow", 1, 0, 7), bucket("control", "put", 0, 3, 900)),
    );
    expect(shown(text).map((line) => line.replaceAll(/ +/gu, " ").trim())).to.deep.equal([
      "data ·▒ get-slow 7ms",
      "control ·█ put 900ms",
      "management ·",
      "signals 2 healthy, 1 silent",
    ]);
  });
  it("on a terminal writes what happens above the lanes, which are drawn anew below it", () => {
    const seen = lanes(bucket("data", "get", 1, 0, 2));
    const lines = shown(onScreen(true, seen, fire, seen));
    expect(lines[0]).to.equal("  12.3s fire");
    expect(lines.map((line) => line.split(" ")[0]).slice(1)).to.deep.equal(["data", "control", "management", "signals"]);
  });
  it("keeps a lane within the terminal's width", () => {
    const seen = lanes(bucket("data", "a-probe-with-a-name-that-is-very-long@component-1", 1, 0, 2));
    const lines = shown(onScreen(true, ...Array.from({ length: 200 }, () => seen)));
    expect(Math.max(...lines.map(({ length }) => length))).to.be.at.most(80);
  });
  it("elsewhere writes a line for whatever happens, and no lanes", () => {
    expect(onScreen(false, lanes(bucket("data", "get", 1, 0, 2)), fire)).to.equal("  12.3s fire\n");
  });
  it("elsewhere sums the planes up in a line now and then, where that is asked for", () => {
    let text = "";
    const screen = liveScreen({ write: (part) => (text += part) }, { lineEveryMs: 5_000 });
    const seen = (atMs: number, ...probes: readonly LaneBucket[]): void => screen.on({ ...lanes(...probes), atMs });
    seen(3_000, bucket("data", "get", 9, 0, 2));
    expect(text).to.equal("");
    seen(5_000, bucket("data", "get", 1, 0, 3), bucket("control", "put", 1, 3, 900), bucket("control", "read", 4, 0, 5));
    seen(9_000, bucket("data", "get", 5, 0, 2));
    seen(10_250, bucket("management", "ssh", 2, 0));
    expect(text.split("\n")).to.deep.equal([
      "   5.0s   data 10 of 10 ok (get 3ms), control 5 of 8 ok (put 900ms), management nothing seen; signals 2 healthy, 1 silent",
      "  10.3s   data 5 of 5 ok (get 2ms), control nothing seen, management 2 of 2 ok; signals 2 healthy, 1 silent",
      "",
    ]);
  });
});
