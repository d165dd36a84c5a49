// Whether the harness is still there: calls `onSilence` once when nothing was heard for eight heartbeats.

export const patience = 8;

export interface HeartbeatWatch {
  heard(): void;
  stop(): void;
}

export function watchHeartbeat(heartbeatMs: number, onSilence: () => void): HeartbeatWatch {
  let timer = setTimeout(onSilence, heartbeatMs * patience);
  return {
    heard: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}
