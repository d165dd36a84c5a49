// What a guest can ask: the key of a target's SSH is known to the planefault that started it and to nobody else, so a guest asks sshd for its greeting only.
import type { ProbeInstance } from "../model/probe.ts";

export interface GuestProbes {
  readonly probes: readonly ProbeInstance[];
  /** Names of the probes of which only the greeting is asked. */
  readonly greetings: readonly string[];
}

export function guestProbes(probes: readonly ProbeInstance[]): GuestProbes {
  return {
    probes: probes.map((probe) =>
      probe.measurement.kind === "ssh"
        ? { ...probe, measurement: { kind: "tcp", endpoint: probe.measurement.endpoint, expect: "SSH-2.0" } }
        : probe,
    ),
    greetings: [...new Set(probes.filter(({ measurement }) => measurement.kind === "ssh").map(({ name }) => name))],
  };
}
