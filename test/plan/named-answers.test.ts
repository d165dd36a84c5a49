// Whoever answers for one of several replicas must name itself: else an answer of another one would be good news of this one.
import { globSync } from "node:fs";
import { expect } from "chai";
import { readExperiment } from "../../src/files/read.ts";
import type { HttpRequest, Measurement } from "../../src/model/probe.ts";
import { plan } from "../../src/plan/plan.ts";

const requestsOf = (measurement: Measurement): readonly HttpRequest[] => {
  if (measurement.kind === "http") return [measurement.request];
  if (measurement.kind !== "heartbeat") return [];
  return measurement.write === undefined ? [measurement.read] : [measurement.write, measurement.read];
};

/** The component that is asked, or the one that is asked about. */
const names = ({ endpoint, expect: { body } }: HttpRequest, about: string): boolean => {
  const text = JSON.stringify(body ?? null);
  return text.includes(`"${endpoint.component}"`) || text.includes(`"${about}"`) || text.includes(`"${about}.`);
};

describe("answers over HTTP", () => {
  for (const target of ["etcd-app", "echo"])
    it(`of ${target} name who gave them, or whom they are about, wherever a probe, a heartbeat or the load takes them`, () => {
      const nameless = new Set<string>();
      let asked = 0;
      for (const file of globSync(`experiments/${target}/*.yaml`)) {
        const loaded = readExperiment(file);
        const planned = loaded.ok ? plan(loaded.experiment, loaded.experiment.target, { nft: true, cgroup: 1, signals: true }) : loaded;
        if (!planned.ok) throw new Error(`${file} cannot be planned`);
        for (const { instance, component, measurement } of planned.plan.probes)
          for (const request of requestsOf(measurement)) {
            asked += 1;
            if (!names(request, component)) nameless.add(`${instance} ${request.method}`);
          }
      }
      expect(asked).to.be.greaterThan(20);
      expect([...nameless]).to.deep.equal([]);
    });
});
