// Every probe kind. To add one: write its file, add one line here, and teach the agent to measure it.
import * as z from "zod";
import { dnsProbe } from "./dns.ts";
import { execProbe } from "./exec.ts";
import { heartbeatProbe } from "./heartbeat.ts";
import { httpProbe } from "./http.ts";
import { icmpProbe } from "./icmp.ts";
import { sshProbe } from "./ssh.ts";
import { tcpProbe } from "./tcp.ts";
import { udpProbe } from "./udp.ts";

export const probes = [httpProbe, tcpProbe, udpProbe, icmpProbe, dnsProbe, sshProbe, execProbe, heartbeatProbe] as const;
const [first, ...rest] = probes;
export const Probe = z.discriminatedUnion("kind", [first.schema, ...rest.map((probe) => probe.schema)]);
export type Probe = z.output<typeof Probe>;
