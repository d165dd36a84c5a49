// What a guest can ask: the key of a target's SSH is known to the planefault that started it and to nobody else, so a guest asks sshd for its greeting only, and each sshd once.
import type { Endpoint, ProbeInstance } from "../model/probe.ts";

export interface GuestProbes {
  readonly probes: readonly ProbeInstance[];
  /** Names of the probes of which only the greeting is asked. */
  readonly greetings: readonly string[];
}

/** An sshd starts a program per greeting: where another probe asks the same port, its answer is as good. */
export function guestProbes(probes: readonly ProbeInstance[]): GuestProbes {
  const greeted = new Set(probes.flatMap(({ measurement }) => (measurement.kind === "tcp" ? [portOf(measurement.endpoint)] : [])));
  return {
    probes: probes.flatMap((probe): readonly ProbeInstance[] => {
      if (probe.measurement.kind !== "ssh") return [probe];
      const { endpoint } = probe.measurement;
      return greeted.has(portOf(endpoint)) ? [] : [{ ...probe, measurement: { kind: "tcp", endpoint, expect: "SSH-2.0" } }];
    }),
    greetings: [...new Set(probes.filter(({ measurement }) => measurement.kind === "ssh").map(({ name }) => name))],
  };
}

const portOf = ({ component, network, port }: Endpoint): string => `${component}:${port} on ${network}`;
