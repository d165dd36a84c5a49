// One DNS question per sample, to the component itself: never to the resolver of the vantage.
import * as z from "zod";
import { defineProbe, endpointAt } from "./kind.ts";

const Address = z.ipv4();
const isAddress = (text: string): boolean => Address.safeParse(text).success;
const DnsName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63})*\.?$/u, {
    error: 'expected a name such as "echo" or "www.example.org"',
  });

export const dnsProbe = defineProbe("dns", {
  summary: "One DNS question per sample, asked of the component itself",
  options: {
    name: DnsName.describe("The name to resolve"),
    type: z.literal("A").default("A").describe("The type of record: IPv4 addresses"),
    port: z.int().min(1).max(65_535).default(53).describe("The port of the server"),
    expect: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(20)])
      .describe("Addresses, or components whose addresses they are: any other address in the answer is wrong"),
  },
  measure: (spec, target, context) => {
    const wanted = [spec.expect].flat();
    const components = wanted.filter((text) => !isAddress(text)).map((name) => context.replicas(name, "expect"));
    if (components.some((found) => found.length === 0)) return undefined;
    const endpoint = endpointAt(target, spec.port);
    return { kind: "dns", endpoint, name: spec.name, addresses: wanted.filter(isAddress), components: components.flat() };
  },
});
