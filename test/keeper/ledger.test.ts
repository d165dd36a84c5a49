import { execFileSync } from "node:child_process";
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
    expect(second.complaints).to.deep.equal(["the ledger's last line was torn while being written: it was never confirmed"]);
    expect(second.isReadable).to.equal(true);
    expect(readFileSync(path, "utf8").split("\n")).to.have.length(2);
    second.lease(leaseOf("c2"));
    expect(new Ledger(path).leases.map(({ change }) => change.id)).to.deep.equal(["c1", "c2"]);
  });

  it("keeps whole lines that it cannot read, also beside a torn one and when nothing is open any more", () => {
    const ledger = new Ledger(path);
    ledger.lease(leaseOf("c1"));
    ledger.close();
    const unreadable = Buffer.from('{"version":2,"entry":"lease"}\n\xff\xfe\n', "latin1");
    appendFileSync(path, unreadable);
    appendFileSync(path, '{"version":1,"entry":"le');
    const second = new Ledger(path);
    expect(second.isReadable).to.equal(false);
    expect(second.complaints).to.deep.equal([
      "ledger line 2 cannot be read: its version 2 is not known to this keeper",
      "ledger line 3 cannot be read: it is no JSON",
      "the ledger's last line was torn while being written: it was never confirmed",
    ]);
    second.release("c1");
    expect(readFileSync(path).includes(unreadable)).to.equal(true);
    expect(new Ledger(path).complaints).to.have.length(2);
  });

  it("takes a lease as a whole or not at all where its disk is full, and goes on after a release", () => {
    const [first, second] = [leaseOf("c1"), leaseOf("c2")];
    // A limit on the size of files acts as a full disk does: a part is written, and then nothing.
    const room = JSON.stringify({ version: 1, entry: "lease", armed: first }).length + 20;
    const program = `
      import { Ledger } from ${JSON.stringify(import.meta.resolve("../../src/keeper/ledger.ts"))};
      const ledger = new Ledger(${JSON.stringify(path)});
      const said = [];
      const lease = (armed) => { try { ledger.lease(armed); said.push("leased"); } catch (error) { said.push(error.message); } };
      const [first, second] = ${JSON.stringify([first, second])};
      lease(first);
      lease(second);
      said.push(new Ledger(${JSON.stringify(path)}).leases.map(({ change }) => change.id).join());
      ledger.release("c1");
      lease(second);
      console.log(JSON.stringify(said));`;
    const said = execFileSync("prlimit", [`--fsize=${room}`, process.execPath, "--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(JSON.parse(said)).to.deep.equal(["leased", "the ledger's disk is full", "c1", "leased"]);
    expect(new Ledger(path).complaints).to.deep.equal([]);
    expect(new Ledger(path).leases.map(({ change }) => change.id)).to.deep.equal(["c2"]);
  });

  it("refuses an unknown version by name", () => {
    expect(() => parseEntry('{"version":2,"entry":"release","change":"c1"}')).to.throw("its version 2 is not known to this keeper");
    expect(() => parseEntry('{"version":1,"entry":"forget"}')).to.throw("no ledger entry");
    for (const foreign of ["7", "null", "{}", '{"version":1}']) expect(() => parseEntry(foreign), foreign).to.throw("no ledger entry");
    expect(() => parseEntry('{"version":1,"entry":"lease","armed":{}}')).to.throw("no ledger entry");
  });
});
