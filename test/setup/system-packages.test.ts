import { expect } from "chai";
import { PlanefaultError } from "../../src/model/error.ts";
import { Steps } from "../../src/setup/steps.ts";
import { installPackages, refusal } from "../../src/setup/system-packages.ts";

const allowed = { allowed: true } as const;
const off = { allowed: false, why: "PLANEFAULT_SETUP=off forbids it" } as const;

describe("refusal", () => {
  it("has none for root on Debian who may", () => expect(refusal(allowed, { hasApt: true, isRoot: true })).to.equal(undefined));
  it("obeys before it looks at the machine", () => expect(refusal(off, { hasApt: false, isRoot: false })).to.equal(off.why));
  it("needs apt and root", () => {
    expect(refusal(allowed, { hasApt: false, isRoot: true })).to.include("apt-get");
    expect(refusal(allowed, { hasApt: true, isRoot: false })).to.include("root");
  });
});

describe("installPackages", () => {
  it("where it may not, exits 4 with the command that it would have run, and runs nothing", async () => {
    const lines: string[] = [];
    const error = await installPackages(["one", "two"], "for a test", new Steps((line) => lines.push(line)), off, "/nowhere").catch(
      (caught: unknown) => caught,
    );
    if (!(error instanceof PlanefaultError)) throw new Error("expected a PlanefaultError");
    expect(error.exitCode).to.equal(4);
    expect(error.hint).to.equal("run: apt-get update && apt-get install -y --no-install-recommends one two");
    expect(lines).to.deep.equal([]);
  });
});
