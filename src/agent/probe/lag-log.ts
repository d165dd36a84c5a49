// Remembers when the prober itself lagged. A sample that such a moment touches says nothing about the system under test.

export interface Lag {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

export class LagLog {
  #lags: Lag[] = [];
  readonly #floorMs: number;
  readonly #keepMs: number;

  /** Lags up to `floorMs` matter to no probe; after `keepMs` no sample can reach back. */
  constructor(floorMs: number, keepMs: number) {
    this.#floorMs = floorMs;
    this.#keepMs = keepMs;
  }

  /** In the order of `to`. */
  add(lag: Lag): void {
    if (lag.ms <= this.#floorMs) return;
    this.#lags.push(lag);
    const oldest = lag.to - this.#keepMs;
    if ((this.#lags[0]?.to ?? oldest) < oldest) this.#lags = this.#lags.filter(({ to }) => to >= oldest);
  }

  /** The worst lag that overlaps the span, 0 where none does. */
  worst(from: number, to: number): number {
    let worst = 0;
    for (let index = this.#lags.length - 1; index >= 0; index -= 1) {
      const lag = this.#lags[index];
      if (lag === undefined || lag.to < from) break;
      if (lag.from <= to && lag.ms > worst) worst = lag.ms;
    }
    return worst;
  }
}
