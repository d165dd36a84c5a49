// What a probe reads and what a signal claims in the model, at one instant.
import type { Random } from "../../model/clock.ts";
import type { HttpRequest, ProbeInstance, SignalInstance } from "../../model/probe.ts";
import type { ClaimRow, Sample } from "../../model/record.ts";
import { type Journey, Journeys, never, plus, still } from "./journey.ts";
import type { ModelState } from "./model-state.ts";
import { Servers } from "./servers.ts";
import type { Topology } from "./topology.ts";

/** Sessions of ssh are dear: key exchange and a shell-less exec. */
const sshMs = 55;
/** A program starts and ends. */
const programMs = 15;
/** What an answer from files takes of which nothing is in memory. With three quarters missing none of 750 came within 200 ms. */
const missingCacheMs = 400;
/** A scrape that takes longer has failed. */
const scrapeMs = 900;

export class Answers {
  readonly #topology: Topology;
  readonly #state: ModelState;
  readonly #journeys: Journeys;
  readonly #servers: Servers;

  constructor(topology: Topology, state: ModelState, random: Random) {
    this.#topology = topology;
    this.#state = state;
    this.#journeys = new Journeys(state, random);
    this.#servers = new Servers(topology, state, this.#journeys, random);
  }

  sample(probe: ProbeInstance, atMs: number): Sample {
    const { ms, failed } = this.#measure(probe, atMs);
    if (failed !== undefined && ms < probe.deadlineMs) return [atMs, round(ms), "failed", failed];
    return ms < probe.deadlineMs ? [atMs, round(ms), "ok"] : [atMs, probe.deadlineMs, "late"];
  }

  claim(signal: SignalInstance, atMs: number): ClaimRow {
    const { component, network, port } = signal.request.endpoint;
    const answered = this.#servers.isReachable(component, atMs)
      ? this.#journeys.travel({ from: signal.vantage, to: component, network, port, fresh: true }, atMs)
      : never;
    if (answered.failed !== undefined || answered.ms >= signal.deadlineMs)
      return [atMs, signal.deadlineMs, "silent", answered.failed ?? "no answer"];
    if (component !== signal.component)
      return [atMs, round(answered.ms), this.#seen(component, signal.component, atMs).ms < scrapeMs ? "healthy" : "unhealthy"];
    const claimant = this.#topology.component(component);
    if (claimant === undefined || !this.#topology.isQuorum(claimant)) return [atMs, round(answered.ms), "healthy"];
    if (!this.#servers.takesPart(component, atMs) || !this.#servers.agrees(claimant, atMs)) return [atMs, round(answered.ms), "unhealthy"];
    // A member of a quorum asks the others before it claims anything, so the lie comes late: etcd's took a second or two while its disks crawled.
    const { ms } = plus(answered, this.#servers.serve(component, { kind: "read", through: true, network }, atMs));
    return ms < signal.deadlineMs ? [atMs, round(ms), "healthy"] : [atMs, signal.deadlineMs, "silent", "no answer"];
  }

  #measure(probe: ProbeInstance, atMs: number): Journey {
    const { measurement } = probe;
    switch (measurement.kind) {
      case "tcp": {
        const { endpoint } = measurement;
        const met = this.#answering(endpoint.component, endpoint.port, atMs);
        // The kernel takes connections for a process that stands still.
        const spoken = measurement.expect === undefined && met.failed === undefined ? still : met;
        return plus(
          this.#journeys.travel(
            { from: probe.vantage, to: endpoint.component, network: endpoint.network, port: endpoint.port, fresh: true },
            atMs,
          ),
          spoken,
        );
      }
      case "icmp": {
        const { component, network } = measurement.peer;
        return this.#journeys.travel(
          { from: probe.vantage, to: component, network, port: undefined, fresh: false, protocol: "icmp" },
          atMs,
        );
      }
      case "udp":
      case "dns": {
        const { component, network, port } = measurement.endpoint;
        const answered = this.#answering(component, port, atMs);
        return plus(
          this.#journeys.travel({ from: probe.vantage, to: component, network, port, fresh: true, protocol: "udp" }, atMs),
          answered,
        );
      }
      case "exec": {
        // What the program does there nobody knows: it is taken to connect and ask, on a port that no rule names.
        const { component, network } = measurement.peer;
        const started: Journey = { ms: programMs, failed: undefined };
        const asked = this.#journeys.travel({ from: probe.vantage, to: component, network, port: undefined, fresh: true }, atMs);
        return plus(started, plus(asked, this.#servers.serve(component, { kind: "read", through: false, network }, atMs)));
      }
      case "ssh": {
        const { component, network, port } = measurement.endpoint;
        const session = plus(this.#answering(component, port, atMs), { ms: sshMs, failed: undefined });
        return plus(this.#journeys.travel({ from: probe.vantage, to: component, network, port, fresh: true }, atMs), session);
      }
      case "http":
        return this.#request(probe, measurement.request, measurement.connection === "new", atMs);
      case "heartbeat": {
        const polled: Journey = { ms: measurement.pollMs / 2, failed: undefined };
        const arrived = measurement.write
          ? this.#written(probe, measurement.write, measurement.read, atMs)
          : this.#grown(probe, measurement.read, atMs);
        return plus(arrived, plus(polled, this.#request(probe, measurement.read, true, atMs, "cached")));
      }
    }
  }

  #written(probe: ProbeInstance, write: HttpRequest, read: HttpRequest, atMs: number): Journey {
    const { component, network } = read.endpoint;
    return plus(this.#request(probe, write, true, atMs), this.#servers.learn(component, network, atMs));
  }

  /** A number grows by itself where the component renews something all the time, or where whoever is asked `via` keeps asking it. */
  #grown(probe: ProbeInstance, read: HttpRequest, atMs: number): Journey {
    const { component, network } = read.endpoint;
    if (component !== probe.component) return this.#seen(component, probe.component, atMs);
    return this.#servers.serve(component, { kind: "write", through: true, network }, atMs);
  }

  /** How long one component needs to look at another, as Prometheus scrapes its hosts. */
  #seen(from: string, to: string, atMs: number): Journey {
    const edge = this.#topology.edgesFrom(from).find((one) => one.to === to);
    if (!edge) return never;
    return plus(
      this.#journeys.travel({ ...edge, fresh: false }, atMs),
      this.#servers.serve(to, { kind: "read", through: false, network: edge.network }, atMs),
    );
  }

  /** Data plane reads are served from memory where the component's configuration says `cached`; what else users ask, and whatever changes or controls, goes to the end of the chain. */
  #request(probe: ProbeInstance, request: HttpRequest, fresh: boolean, atMs: number, reads?: "cached"): Journey {
    const { component, network, port } = request.endpoint;
    const kind = request.method === "GET" ? "read" : "write";
    const through = reads === undefined && (probe.plane === "control" || (probe.plane === "data" && !this.#topology.isCached(component)));
    // Files are read for users; what operators ask is in memory.
    const reread = probe.plane === "data" && kind === "read" ? missingCacheMs * this.#state.missingCache(component, atMs) : 0;
    return plus(
      this.#journeys.travel({ from: probe.vantage, to: component, network, port, fresh }, atMs),
      plus({ ms: reread, failed: undefined }, this.#servers.serve(component, { kind, through, network }, atMs)),
    );
  }

  #answering(component: string, port: number, atMs: number): Journey {
    if (this.#topology.component(component) === undefined) return never;
    const process = this.#servers.processOfPort(component, port);
    return this.#servers.answers(component, process, atMs) ? still : this.#servers.silence(component, process, atMs);
  }
}

/** Microseconds are enough, and journals stay small. */
const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
