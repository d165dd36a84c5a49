import { expect } from "chai";
import { engineRemedy, type EngineSituation } from "../../src/setup/engine-remedy.ts";

const root: EngineSituation = {
  elsewhere: undefined,
  dockerd: undefined,
  systemd: false,
  permission: { allowed: true },
  hasApt: true,
  isRoot: true,
};
const install = "apt-get update && apt-get install -y --no-install-recommends docker.io";

describe("engineRemedy", () => {
  it("installs the package where there is none", () =>
    expect(engineRemedy(root)).to.deep.equal({ ours: true, what: "install", command: install }));
  it("starts the installed one", () =>
    expect(engineRemedy({ ...root, dockerd: "/usr/sbin/dockerd" })).to.deep.equal({ ours: true, what: "start", command: "dockerd" }));
  it("starts it by systemd where that runs", () =>
    expect(engineRemedy({ ...root, dockerd: "/usr/sbin/dockerd", systemd: true }).command).to.equal("systemctl start docker"));

  const theirs: readonly (readonly [string, EngineSituation, string, string])[] = [
    [
      "PLANEFAULT_SETUP=off",
      { ...root, permission: { allowed: false, why: "PLANEFAULT_SETUP=off forbids it" } },
      "would install one, but PLANEFAULT_SETUP=off forbids it",
      install,
    ],
    ["an engine elsewhere", { ...root, elsewhere: "tcp://10.0.0.1:2375" }, "not ours to start", "DOCKER_HOST"],
    ["another system", { ...root, hasApt: false }, "no Debian or Ubuntu", "install Docker Engine"],
    ["a plain user", { ...root, isRoot: false }, "needs root", install],
    [
      "a plain user with an engine",
      { ...root, isRoot: false, dockerd: "/usr/sbin/dockerd" },
      "would start one, but that needs root",
      "dockerd (as root)",
    ],
  ];
  for (const [what, situation, why, command] of theirs) {
    it(`leaves it to people: ${what}`, () => {
      const remedy = engineRemedy(situation);
      expect(remedy).to.have.property("ours", false);
      expect(remedy).to.have.property("why").which.includes(why);
      expect(remedy.command).to.include(command);
    });
  }
});
