import { mkdtempSync, readFileSync, rmSync, statSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Ledger, parseEntry } from "../../src/keeper/ledger.ts";
import { leaseOf } from "./lease.ts";

describe("ledger", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planefault-ledger-"));
    path = join(folder, "leases.ndjson");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("remembers open leases for the next keeper, for its owner's eyes only", () => {
    const ledger = new Ledger(path);
    ledger.lease(leaseOf("c1"));
    ledger.lease(leaseOf("c2"));
    ledger.release("c1");
    ledger.close();
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(new Ledger(path).leases.map(({ change }) => change.id)).to.deep.equal(["c2"]);
  });

  it("has the lease on disk when lease() returns", () => {
    new Ledger(path).lease(leaseOf("c1"));
    expect(readFileSync(path, "utf8")).to.include('"c1"').and.match(/\n$/u);
  });

  it("starts its file anew when nothing is open", () => {
    const ledger = new Ledger(path);
    ledger.lease(leaseOf("c1"));
    ledger.release("c1");
    expect(readFileSync(path, "utf8")).to.equal("");
  });

  it("says nothing of the release of what it does not hold", () => {
    const ledger = new Ledger(path);
    ledger.lease(leaseOf("c1"));
    const before = readFileSync(path, "utf8");
    ledger.release("c2");
    expect(readFileSync(path, "utf8")).to.equal(before);
  });

  it("ignores a torn last record with a complaint, and the next record is not swallowed", () => {
    const ledger = new Ledger(path);
    ledger.lease(leaseOf("c1"));
    ledger.close();
    appendFileSync(path, '{"version":1,"entry":"le');
    const second = new Ledger(path);
    expect(second.complaints).to.deep.equal(["ledger line 2 is ignored: it was torn while being written"]);
    second.lease(leaseOf("c2"));
    expect(new Ledger(path).leases.map(({ change }) => change.id)).to.deep.equal(["c1", "c2"]);
  });

  it("refuses an unknown version by name", () => {
    expect(() => parseEntry('{"version":2,"entry":"release","change":"c1"}')).to.throw("its version 2 is not known to this keeper");
    expect(() => parseEntry('{"version":1,"entry":"forget"}')).to.throw("no ledger entry");
    for (const foreign of ["7", "null", "{}", '{"version":1}']) expect(() => parseEntry(foreign), foreign).to.throw("no ledger entry");
    expect(() => parseEntry('{"version":1,"entry":"lease","armed":{}}')).to.throw("no ledger entry");
  });
});
