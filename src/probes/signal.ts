// A signal: what the system under test claims about its health. It is asked like a probe and believed by nobody.
import * as z from "zod";
import { Deadline, Duration } from "../model/duration.ts";
import { Name } from "../model/op.ts";
import type { SignalInstance } from "../model/probe.ts";
import { Answer, type BindContext, expected, instanceName, parseUrl, request, targetOf, Url, Via } from "./kind.ts";

const httpSignal = z
  .strictObject({
    kind: z.literal("http"),
    from: Name.describe("The vantage from which it is asked"),
    to: Name.describe("The component that the claim is about"),
    via: Via,
    url: Url.describe("What to ask for; the host is the component named in `to`"),
    every: Duration.prefault("500ms").describe("Time between two questions"),
    deadline: Deadline.describe("Without an answer by then the signal is silent"),
    healthy: Answer.optional().describe("The answer that claims health; any other answer claims the opposite"),
    alsoAbout: z
      .array(Name)
      .min(1)
      .max(100)
      .optional()
      .describe("Probes of the management plane of which it speaks as well; of users and changes every signal speaks"),
    network: Name.optional().describe("The network to use; by default the first of the component's that the vantage is on"),
  })
  .describe("A health claim that is asked over HTTP");

export const Signal = z.discriminatedUnion("kind", [httpSignal]);
export type Signal = z.output<typeof Signal>;

export function bindSignal(name: string, spec: Signal, context: BindContext): readonly SignalInstance[] {
  return context.replicas(spec.to, "to").flatMap((component) => {
    const target = targetOf(component, spec, context);
    const parsed = target && parseUrl(spec.url, "url", target, context);
    if (!parsed) return [];
    return [
      {
        instance: instanceName(name, component, context),
        name,
        component,
        vantage: spec.from,
        everyMs: spec.every,
        deadlineMs: spec.deadline,
        request: request(parsed),
        ...(spec.alsoAbout && { alsoAbout: spec.alsoAbout }),
        healthy: expected(spec.healthy, component),
      },
    ];
  });
}
