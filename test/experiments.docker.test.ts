// A core of the shipped experiments on real containers, through planefault/mocha as a user would; `npm run experiments` runs all of them.
import { experiment, useTarget } from "planefault/mocha";

const core = {
  echo: ["nothing", "loss", "wrong"],
  "nginx-nodejs-redis": ["redis-paused"],
  "etcd-app": ["disk-pressure", "quorum-lost"],
} as const;

for (const [target, names] of Object.entries(core)) {
  describe(`experiments on ${target}`, () => {
    const files = names.map((name) => `experiments/${target}/${name}.yaml`);
    const used = useTarget(...files);
    // A shared machine may starve the probers: such a run says so and is done again. A refuted one is not.
    for (const file of files) experiment(file, used, { attempts: 3 });
  });
}
