import { closeSync, openSync } from "node:fs";
import { expect } from "chai";
import { inheritedFiles, survivesExec } from "../../src/setup/inherited-files.ts";

describe("survivesExec", () => {
  it("sees close-on-exec in the flags", () => {
    expect(survivesExec("pos:\t0\nflags:\t0100000\nmnt_id:\t1\n")).to.equal(true);
    expect(survivesExec("pos:\t0\nflags:\t02100000\nmnt_id:\t1\n")).to.equal(false);
    expect(survivesExec("")).to.equal(false);
  });
});

describe("inheritedFiles", () => {
  it("leaves out what we opened ourselves: Node sets close-on-exec", () => {
    const ours = openSync("/dev/null", "r");
    expect(inheritedFiles()).not.to.include(ours);
    closeSync(ours);
  });
});
