// SSH that no longer answers: the responders' way in.
import { defineFault } from "../model/fault-kind.ts";
import { action, closePort, closingSentence, from } from "./close-port.ts";
import { flows, network, on } from "./options.ts";

export const sshBlock = defineFault("ssh.block", {
  summary: "SSH of a component cannot be reached",
  options: { on, from, network, flows, action },
  explain: (spec) => closingSentence("SSH", spec),
  compile: (spec, context) => closePort({ ...spec, port: 22, protocols: ["tcp"] }, context),
});
