// The fault that does nothing: an experiment with it must show nothing.
import { defineFault } from "../model/fault-kind.ts";
import { nothing } from "./options.ts";

export const noop = defineFault("noop", {
  summary: "Nothing is broken: the reference for every other fault",
  options: {},
  explain: () => "break nothing",
  compile: () => nothing,
});
