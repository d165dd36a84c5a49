import { expect } from "chai";
import { type ProcessRow, familiesOf, mainProcess, parseStat } from "../../src/agent/process-table.ts";

const row = (pid: number, parent: number, command: string, program = command): ProcessRow => ({
  pid,
  parent,
  command,
  program,
  state: "S",
  startTicks: String(pid),
  ended: false,
});
const names = (rows: readonly ProcessRow[], declared: readonly string[]): Record<string, readonly number[]> =>
  Object.fromEntries(
    [
      ...familiesOf(
        rows,
        declared.map((name) => ({ name, exe: name })),
      ),
    ].map(([name, members]) => [name, members.map(({ pid }) => pid)]),
  );

describe("process table", () => {
  it("reads a stat line whose command holds blanks and brackets", () => {
    const stat = `42 (a) b (c) T 7 ${Array.from({ length: 17 }, () => "0").join(" ")} 12345 0 0`;
    expect(parseStat(stat, "/usr/bin/node\0-e\0")).to.deep.equal({
      pid: 42,
      parent: 7,
      command: "a) b (c",
      program: "node",
      state: "T",
      startTicks: "12345",
      ended: false,
    });
  });

  it("is content with nothing that is no stat line", () => expect(parseStat("")).to.equal(undefined));

  it("gives each declared process its descendants, but not those of another one", () => {
    const rows = [row(1, 0, "docker-init"), row(5, 1, "sh"), row(6, 5, "etcd"), row(7, 5, "sshd"), row(8, 7, "sshd"), row(9, 6, "helper")];
    expect(names(rows, ["etcd", "sshd"])).to.deep.equal({ etcd: [6, 9], sshd: [7, 8] });
    expect(names(rows, ["sh", "etcd"])).to.deep.equal({ sh: [5, 7, 8], etcd: [6, 9] });
  });

  it("puts the process itself first, whatever the order of pids", () => {
    const rows = [row(1, 0, "init"), row(30, 1, "etcd"), { ...row(4, 30, "helper"), startTicks: "99" }];
    expect(names(rows, ["etcd"])).to.deep.equal({ etcd: [30, 4] });
  });

  it("never takes an agent or an exec'd command for the component's process, though it has the same program", () => {
    const rows = [row(1, 0, "docker-init"), row(3, 0, "MainThread", "node"), row(7, 1, "MainThread", "node")];
    expect(names(rows, ["node"])).to.deep.equal({ node: [7] });
  });

  it("finds a program whose name the kernel cut off", () => {
    expect(names([row(1, 0, "init"), row(2, 1, "a-very-long-nam", "x")], ["a-very-long-name-indeed"])).to.deep.equal({
      "a-very-long-name-indeed": [2],
    });
  });

  it("takes the oldest one that lives: what has ended and was not asked after is nobody", () => {
    const rows = [row(1, 0, "init"), { ...row(3, 1, "etcd"), ended: true }, row(8, 1, "etcd")];
    expect(names(rows, ["etcd"])).to.deep.equal({ etcd: [8] });
  });

  it("looks behind the engine's init for the main process", () => {
    expect(mainProcess([row(1, 0, "docker-init"), row(9, 0, "agent"), row(7, 1, "app")])?.pid).to.equal(7);
    expect(mainProcess([row(1, 0, "app"), row(7, 1, "child")])?.pid).to.equal(1);
    expect(mainProcess([])).to.equal(undefined);
  });
});
