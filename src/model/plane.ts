// The three planes. Planes are roles, not components: an echo through a router is data plane, the same echo to its loopback is its CPU.
import * as z from "zod";

export const Plane = z.enum(["data", "control", "management"]);
export type Plane = z.output<typeof Plane>;
export const planes: readonly Plane[] = Plane.options;
