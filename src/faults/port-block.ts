// A port that no longer answers.
import * as z from "zod";
import { defineFault } from "../model/fault-kind.ts";
import { action, closePort, closingSentence, from } from "./close-port.ts";
import { flows, network, on } from "./options.ts";

export const portBlock = defineFault("port.block", {
  summary: "Packets to one port of a component are dropped or refused",
  options: {
    on,
    port: z.int().min(1).max(65_535).describe("The port of the component"),
    protocol: z.enum(["tcp", "udp"]).default("tcp").describe("The protocol of the port"),
    from,
    network,
    flows,
    action,
  },
  explain: (spec) => closingSentence(`${spec.protocol} port ${spec.port}`, spec),
  compile: (spec, context) => closePort({ ...spec, protocols: [spec.protocol] }, context),
});
