// Lets probes, signals, witnesses and twins of a plan look at the model, tick by tick of the clock, and hands on what they saw once it could be known.
import type { Clock, Random } from "../../model/clock.ts";
import type { Plan } from "../../model/plan.ts";
import type { JournalRecord } from "../../model/record.ts";
import type { Answers } from "./answers.ts";
import type { WitnessRows } from "./witness-rows.ts";

const tickMs = 100;

interface Schedule {
  readonly instance: string;
  readonly everyMs: number;
}

export class Observer {
  readonly #plan: Plan;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #answers: Answers;
  readonly #witnesses: WitnessRows;
  readonly #stopping = new AbortController();
  readonly #next = new Map<string, number>();
  readonly #waiting = new Map<string, readonly (readonly [number, number, ...unknown[]])[]>();

  constructor(plan: Plan, clock: Clock, random: Random, answers: Answers, witnesses: WitnessRows) {
    this.#plan = plan;
    this.#clock = clock;
    this.#random = random;
    this.#answers = answers;
    this.#witnesses = witnesses;
  }

  /** Ends after `stop`. */
  async run(sink: (record: JournalRecord) => void): Promise<void> {
    for (let atMs = this.#clock.now() + tickMs; ; atMs += tickMs) {
      try {
        await this.#clock.until(atMs, this.#stopping.signal);
      } catch {
        return;
      }
      this.#tick(atMs, sink);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  #tick(at: number, sink: (record: JournalRecord) => void): void {
    for (const probe of this.#plan.probes) {
      const rows = this.#known(probe, at, (scheduledMs) => this.#answers.sample(probe, scheduledMs));
      if (rows.length > 0) sink({ type: "samples", at, instance: probe.instance, rows });
    }
    for (const signal of this.#plan.signals) {
      const rows = this.#known(signal, at, (scheduledMs) => this.#answers.claim(signal, scheduledMs));
      if (rows.length > 0) sink({ type: "claims", at, instance: signal.instance, rows });
    }
    for (const witness of this.#plan.witnesses)
      sink({ type: "witness", at, witness: witness.id, rows: [this.#witnesses.row(witness, at - tickMs / 2, tickMs)] });
    for (const vantage of this.#plan.stack.vantages)
      sink({ type: "twin", at, vantage: vantage.name, rows: [[at, this.#random(), this.#random() / 2]] });
  }

  /** Takes what is due, and returns what has come to its end by now. */
  #known<Row extends readonly [number, number, ...unknown[]]>(
    schedule: Schedule,
    nowMs: number,
    take: (scheduledMs: number) => Row,
  ): Row[] {
    const rows = (this.#waiting.get(schedule.instance) ?? []) as readonly Row[];
    const taken: Row[] = [];
    let next = this.#next.get(schedule.instance) ?? nowMs - tickMs;
    for (; next < nowMs; next += schedule.everyMs) taken.push(take(next));
    this.#next.set(schedule.instance, next);
    const all = [...rows, ...taken];
    this.#waiting.set(
      schedule.instance,
      all.filter(([atMs, tookMs]) => atMs + tookMs > nowMs),
    );
    return all.filter(([atMs, tookMs]) => atMs + tookMs <= nowMs);
  }
}
