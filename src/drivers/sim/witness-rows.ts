// What our own canaries read in the model: on the faulted resource itself, whatever the probes see.
import type { Random } from "../../model/clock.ts";
import type { WitnessRow } from "../../model/record.ts";
import type { Witness } from "../../model/witness.ts";
import { around, heldMs } from "./journey.ts";
import type { ModelState } from "./model-state.ts";
import type { Topology } from "./topology.ts";

const canariesPerRow = 20;
/** Of those that are numbered, and how many may overtake one before it arrives. */
const canaryEveryMs = 20;
const canariesBehind = 3;
/** Over which a processor quota is counted. */
const periodMs = 100;
/** Writes per second that the application asks of its disk. */
const demandIops = 200;
/** Memory that cannot be taken from a component. */
const fixedBytes = 60 * 2 ** 20;
/** What our trains make of a link that nobody limits. */
const unlimitedBits = 200e6;

export class WitnessRows {
  readonly #topology: Topology;
  readonly #state: ModelState;
  readonly #random: Random;
  readonly #used = new Map<string, { readonly usedMs: number; readonly periods: number }>();
  readonly #hits = new Map<string, number>();
  readonly #ios = new Map<string, number>();

  constructor(topology: Topology, state: ModelState, random: Random) {
    this.#topology = topology;
    this.#state = state;
    this.#random = random;
  }

  #packets(witness: Extract<Witness, { readonly kind: "packets" }>, atMs: number): WitnessRow[1] {
    const rules = this.#state.rulesOf(witness.changes, atMs);
    const isLost = (): boolean => rules.some((rule) => this.#random() * 100 < rule.percent);
    const arrived = (): number => Array.from({ length: canariesPerRow }, isLost).filter((lost) => !lost).length;
    return {
      sent: canariesPerRow,
      received: arrived(),
      ...(witness.traffic.port === undefined ? {} : { bystanderSent: canariesPerRow, bystanderReceived: canariesPerRow }),
      ...(witness.traffic.protocol === "any" ? { connectionSent: canariesPerRow, connectionReceived: arrived() } : {}),
    };
  }

  #numbered({ at, peer, bystander, network }: Extract<Witness, { readonly kind: "disturbance" }>, atMs: number): WitnessRow[1] {
    const fate = (to: string) => {
      const acting = this.#state.disturbances(at.component, to, network, atMs);
      const held = (): number => acting.reduce((ms, one) => ms + heldMs(one, this.#random), 0);
      const own = held();
      const passed = Array.from({ length: canariesBehind }, (_, index) => held() + (index + 1) * canaryEveryMs < own).some(Boolean);
      const again = acting.some((one) => one.kind === "duplicate" && this.#random() * 100 < one.percent);
      return { ms: around(0.4, this.#random) + own, answers: again ? 2 : 1, overtaken: passed ? 1 : 0 };
    };
    const other = bystander && fate(bystander.component);
    return { ...fate(peer.component), ...(other && { bystanderMs: other.ms, bystanderAnswers: other.answers }) };
  }

  #cpu(witness: Extract<Witness, { readonly kind: "cpu" }>, atMs: number, everyMs: number): WitnessRow[1] {
    const squeeze = this.#state.squeeze(witness.at.component, atMs);
    const periods = squeeze === undefined ? 0 : everyMs / periodMs;
    const known = this.#used.get(witness.id) ?? { usedMs: 0, periods: 0 };
    const used = { usedMs: known.usedMs + everyMs * (squeeze?.cpus ?? 0.05), periods: known.periods + periods };
    this.#used.set(witness.id, used);
    const workMs = (squeeze === undefined ? 5 : (5 * (squeeze.workers + 1)) / squeeze.cpus) + this.#random();
    const quotaUs = squeeze === undefined ? -1 : squeeze.cpus * periodMs * 1_000;
    return { workMs, bystanderMs: 5 + this.#random(), ...used, throttled: used.periods, quotaUs };
  }

  #memoryOf(witness: Extract<Witness, { readonly kind: "memory" }>, atMs: number, everyMs: number): WitnessRow[1] {
    const { component } = witness.at;
    const headroom = this.#state.headroom(component, atMs);
    const hits = (this.#hits.get(witness.id) ?? 0) + Math.ceil(this.#state.missingCache(component, atMs) * everyMs);
    this.#hits.set(witness.id, hits);
    const cacheBytes = Math.min(this.#topology.usualCache(component), headroom ?? Number.POSITIVE_INFINITY);
    return {
      useBytes: fixedBytes + cacheBytes,
      cacheBytes,
      limitBytes: headroom === undefined ? 2 ** 63 - 4_096 : fixedBytes + headroom,
      hits,
      majorFaults: 0,
      refaults: hits,
      kills: 0,
      waiting: 0,
    };
  }

  /** One row for the `everyMs` around an instant. */
  row(witness: Witness, atMs: number, everyMs: number): WitnessRow {
    switch (witness.kind) {
      case "packets":
        return [atMs, this.#packets(witness, atMs)];
      case "disk": {
        const limit = this.#state.writeIops(witness.at.component, atMs);
        const ios = (this.#ios.get(witness.id) ?? 0) + (Math.min(demandIops, limit ?? demandIops) * everyMs) / 1_000;
        this.#ios.set(witness.id, ios);
        return [
          atMs,
          {
            writeMs: limit === undefined ? 2 + this.#random() : (2_000 / limit) * (1 + this.#random()),
            bystanderMs: 2 + this.#random(),
            ios: Math.floor(ios),
          },
        ];
      }
      case "link": {
        const at = Array.from({ length: canariesPerRow }, (_, index) => atMs + (index / canariesPerRow - 0.5) * everyMs);
        const carries = at.map((ms) => this.#state.carries(witness.at.component, witness.network, ms));
        const up = carries.filter(Boolean).length;
        const before = this.#state.carries(witness.at.component, witness.network, (at[0] ?? atMs) - everyMs / canariesPerRow);
        const turns = carries.filter((one, index) => one !== (carries[index - 1] ?? before)).length;
        return [atMs, { readings: canariesPerRow, down: canariesPerRow - up, turns, sent: canariesPerRow, received: up }];
      }
      case "rate": {
        const limit = this.#state.rate(witness.at.component, witness.network, atMs);
        return [atMs, { tookMs: 0, bitsPerSecond: (limit ?? unlimitedBits) * (0.9 + 0.1 * this.#random()) }];
      }
      case "disturbance":
        return [atMs, this.#numbered(witness, atMs)];
      case "sync": {
        const delayMs = this.#state.syncDelayMs(witness.at.component, atMs);
        const every = this.#state.syncFailEvery(witness.at.component, atMs);
        if (delayMs === 0 && every === undefined) return [atMs, { traced: 0, halted: 0, sameStart: 1, calls: 0, failed: 0 }];
        const calls = every ?? 1;
        return [
          atMs,
          { traced: 1, halted: 0, sameStart: 1, calls, failed: every === undefined ? 0 : 1, shortestMs: delayMs + this.#random() },
        ];
      }
      case "cpu":
        return [atMs, this.#cpu(witness, atMs, everyMs)];
      case "memory":
        return [atMs, this.#memoryOf(witness, atMs, everyMs)];
      case "process":
        return [
          atMs,
          {
            stopped: this.#state.stopped(witness.at.component, this.#state.processOf(witness.at), atMs) === undefined ? 0 : 1,
            sameStart: 1,
          },
        ];
      case "life": {
        const process = this.#state.processOf(witness.at);
        const present = this.#state.down(witness.at.component, process, atMs) === undefined ? 1 : 0;
        const isFirst = this.#state.lives(witness.at.component, process, atMs) === 0;
        return [atMs, { present, sameStart: isFirst ? present : 0 }];
      }
    }
  }
}
