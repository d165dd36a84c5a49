// A core of the shipped experiments on real containers, through planefault/mocha as a user would; `npm run experiments` runs all of them.
import { basename, dirname } from "node:path";
import { experiment, useTarget } from "planefault/mocha";
import { core } from "./core.ts";

for (const [target, files = []] of Object.entries(Object.groupBy(core, (file) => basename(dirname(file))))) {
  describe(`experiments on ${target}`, () => {
    const used = useTarget(...files);
    // A shared machine may starve the probers: such a run says so and is done again. A refuted one is not.
    for (const file of files) experiment(file, used, { attempts: 3 });
  });
}
