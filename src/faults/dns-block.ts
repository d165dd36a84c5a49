// A DNS server that no longer answers, over UDP or TCP: new names are not found, while what has an address goes on.
import { defineFault } from "../model/fault-kind.ts";
import { action, closePort, closingSentence, from } from "./close-port.ts";
import { flows, network, on } from "./options.ts";

export const dnsBlock = defineFault("dns.block", {
  summary: "DNS of a component cannot be reached, over UDP and TCP",
  options: { on, from, network, flows, action },
  explain: (spec) => closingSentence("DNS", spec),
  compile: (spec, context) => closePort({ ...spec, port: 53, protocols: ["udp", "tcp"] }, context),
});
