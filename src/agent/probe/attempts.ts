// What one sample of each kind does: from a measurement, with its names bound to addresses, to the attempt that the open loop starts.
import { addressOf } from "./address.ts";
import type { Addresses } from "../../model/agent-protocol.ts";
import type { HttpRequest, Measurement, ProbeInstance } from "../../model/probe.ts";
import type { StartAttempt } from "./attempt.ts";
import { dnsAttempt } from "./dns-attempt.ts";
import { execAttempt } from "./exec-attempt.ts";
import { httpAttempt } from "./http-attempt.ts";
import type { Connections } from "./http-connections.ts";
import { sshAttempt } from "./ssh-attempt.ts";
import type { LoadedSsh2 } from "./ssh-attempt.ts";
import { tcpAttempt } from "./tcp-attempt.ts";
import { udpAttempt } from "./udp-attempt.ts";

export interface Means {
  readonly addresses: Addresses;
  readonly ssh2: LoadedSsh2 | undefined;
  /** Connections that are closed when the probes end. */
  readonly connect: (request: HttpRequest, kind: "new" | "reused") => Connections;
}

/** Heartbeats and ICMP have loops of their own. undefined: it cannot be measured here. */
export function attemptOf(
  { instance, deadlineMs }: Pick<ProbeInstance, "instance" | "deadlineMs">,
  measurement: Exclude<Measurement, { readonly kind: "heartbeat" | "icmp" }>,
  { addresses, ssh2, connect }: Means,
): StartAttempt | undefined {
  switch (measurement.kind) {
    case "http": {
      const { request, connection } = measurement;
      return httpAttempt(instance, request, connection, connect(request, connection));
    }
    case "tcp":
      return tcpAttempt(addressOf(addresses, measurement.endpoint), measurement.endpoint.port, measurement.expect, measurement.send);
    case "udp": {
      const { endpoint, send, expect } = measurement;
      return udpAttempt(addressOf(addresses, endpoint), endpoint.port, send, expect);
    }
    case "dns": {
      const { endpoint, name } = measurement;
      const theirs = measurement.components.flatMap((component) => Object.values(addresses[component] ?? {}));
      const expect = [...measurement.addresses, ...theirs];
      return dnsAttempt({ server: addressOf(addresses, endpoint), port: endpoint.port, name, expect, deadlineMs });
    }
    case "exec": {
      const address = addressOf(addresses, measurement.peer);
      return execAttempt(
        measurement.run.map((word) => word.replaceAll("{address}", address)),
        measurement.expect,
      );
    }
    case "ssh": {
      const { run, expect, endpoint } = measurement;
      const address = addressOf(addresses, endpoint);
      return ssh2 === undefined ? undefined : sshAttempt(ssh2, { address, port: endpoint.port, run, expect });
    }
  }
}
