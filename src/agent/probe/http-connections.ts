// Carries HTTP exchanges over connections of its own: a new one for each, or reused ones. These are two measurements, since an
// established flow may live on where no new one gets through, and the other way round.
import * as net from "node:net";
import { errorWord } from "./attempt.ts";
import type { Cancel } from "./attempt.ts";
import { AnswerReader } from "./http-answer.ts";
import type { Answer, Progress } from "./http-answer.ts";

/** `unreachable`: no connection came about, so the request cannot have been received. `cut`: it may have been. */
export type Exchanged =
  | { readonly result: "answer"; readonly answer: Answer }
  | { readonly result: "unreadable"; readonly detail: string }
  | { readonly result: "unreachable"; readonly detail: string }
  | { readonly result: "cut"; readonly detail: string };

export interface Connections {
  exchange(request: string, ended: (exchanged: Exchanged) => void): Cancel;
  close(): void;
}

interface Line {
  readonly socket: net.Socket;
  /** Receives what happens to the connection while an exchange is on it. */
  current: { readonly reader: AnswerReader; readonly ended: (exchanged: Exchanged) => void } | undefined;
  connected: boolean;
}

/** How long the peer may take to close after its answer. It should close first: whoever does keeps the port in TIME_WAIT, and at 1000/s a vantage would run out of ports in half a minute. */
const closeFirstMs = 200;

export function httpConnections(address: string, port: number, kind: "new" | "reused"): Connections {
  const lines = new Set<Line>();
  const idle: Line[] = [];
  let lostIdle: string | undefined;

  const finish = (line: Line, exchanged: Exchanged): void => {
    const current = line.current;
    line.current = undefined;
    if (exchanged.result !== "answer") drop(line.socket);
    else if (kind === "reused" && exchanged.answer.reusable) idle.push(line);
    else line.socket.setTimeout(closeFirstMs, () => drop(line.socket));
    current?.ended(exchanged);
  };
  const advance = (line: Line, progress: Progress): void => {
    if (progress.state === "done") finish(line, { result: "answer", answer: progress.answer });
    else if (progress.state === "broken") finish(line, { result: "unreadable", detail: progress.detail });
  };
  const open = (): Line => {
    const socket = net.connect({ host: address, port, autoSelectFamily: false, noDelay: true });
    const line: Line = { socket, current: undefined, connected: false };
    lines.add(line);
    socket.on("connect", () => (line.connected = true));
    socket.on("data", (chunk) => {
      if (line.current) advance(line, line.current.reader.push(chunk));
      // Bytes that nobody asked for: the next answer could not be told from them.
      else if (idle.includes(line)) drop(socket);
    });
    socket.on("end", () => {
      if (!line.current) return;
      const progress = line.current.reader.end();
      if (progress.state === "done") advance(line, progress);
      else finish(line, { result: "cut", detail: "closed early" });
    });
    socket.on("error", (error) => {
      if (line.current) finish(line, { result: line.connected ? "cut" : "unreachable", detail: errorWord(error) });
      else if (idle.includes(line)) lostIdle = `${errorWord(error)} while idle`;
    });
    socket.on("close", () => {
      lines.delete(line);
      const at = idle.indexOf(line);
      if (at >= 0) idle.splice(at, 1);
    });
    return line;
  };

  return {
    exchange: (request, ended) => {
      if (lostIdle !== undefined) {
        // An established connection was reset between two samples; a quiet reconnect would hide that. A closed one (FIN) is the peer's right.
        const detail = lostIdle;
        lostIdle = undefined;
        ended({ result: "cut", detail });
        return () => undefined;
      }
      const line = takeIdle(idle) ?? open();
      line.current = { reader: new AnswerReader(), ended };
      line.socket.write(request, "utf8");
      return () => {
        if (line.current?.ended !== ended) return;
        line.current = undefined;
        drop(line.socket);
      };
    },
    close: () => {
      for (const line of lines) drop(line.socket);
    },
  };
}

function takeIdle(idle: Line[]): Line | undefined {
  for (;;) {
    const line = idle.pop();
    if (line === undefined || (line.socket.writable && !line.socket.readableEnded)) return line;
  }
}

/** Without TIME_WAIT where there is a connection; a connecting socket must be destroyed plainly, else it goes on until connected. */
export function drop(socket: net.Socket): void {
  if (socket.connecting || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}
