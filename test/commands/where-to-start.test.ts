// The first command that help names works where it is read, in a clone or elsewhere.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { expect } from "chai";
import { whereToStart } from "../../src/commands/where-to-start.ts";

describe("where to start", () => {
  it("is an experiment by its short path in the clone, and wherever else the one that came along", () => {
    expect(whereToStart(process.cwd())).to.match(/planefault run experiments\/etcd-app\/disk-pressure\.yaml$/u);
    for (const folder of [tmpdir(), resolve("experiments/echo")]) {
      const [, file = ""] = /planefault run (.*)$/u.exec(whereToStart(folder)) ?? [];
      expect([file.endsWith("etcd-app/disk-pressure.yaml"), existsSync(resolve(folder, file))], file).to.deep.equal([true, true]);
    }
  });
});
