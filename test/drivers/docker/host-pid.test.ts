// A pid inside a container is found among the host's by innermost pid and start time together.
import { expect } from "chai";
import { matchHostPid } from "../../../src/drivers/docker/host-pid.ts";

const stat = (pid: number, command: string, ticks: number): string =>
  `${pid} (${command}) S ${Array.from({ length: 18 }, (_, index) => index).join(" ")} ${ticks} 0`;
const files = [
  "Name:\tsleep",
  "NSpid:\t4711\t7",
  stat(4711, "my (odd) name", 99),
  "Name:\tnode",
  "NSpid:\t4712\t8",
  stat(4712, "node", 99),
  "NSpid:\t4713\t7",
  stat(4713, "other", 100),
].join("\n");
/** Of a container inside the container, which the engine's list of its processes names, too. */
const nested = ["NSpid:\t4700\t21\t7", stat(4700, "inner", 99)].join("\n");

describe("host pid", () => {
  it("is the one whose inner pid and start time both match", () => {
    expect(matchHostPid(files, { pid: 7, startTicks: "99" })).to.equal(4711);
    expect(matchHostPid(files, { pid: 7, startTicks: "100" })).to.equal(4713);
    expect(matchHostPid(files, { pid: 8, startTicks: "1" })).to.equal(undefined);
  });

  it("is none of a container inside the container, whose processes have the same small pids", () => {
    expect(matchHostPid(`${nested}\n${files}`, { pid: 7, startTicks: "99" })).to.equal(4711);
    expect(matchHostPid(`${nested}\n${files}`, { pid: 21, startTicks: "99" })).to.equal(4700);
  });
});
