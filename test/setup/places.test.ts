import { expect } from "chai";
import { cacheFolder, mayChangeSystem } from "../../src/setup/places.ts";

const clone = "/home/me/planefault";
const installed = "/home/me/app/node_modules/planefault";

describe("cacheFolder", () => {
  it("lies in a clone, so that it goes with the clone", () => expect(cacheFolder(clone, {})).to.equal("/home/me/planefault/.cache"));
  it("lies outside an installed package", () => expect(cacheFolder(installed, { XDG_CACHE_HOME: "/x" })).to.equal("/x/planefault"));
});

describe("mayChangeSystem", () => {
  it("allows it from a clone", () => expect(mayChangeSystem(clone, {})).to.deep.equal({ allowed: true }));
  it("forbids it from an installed package", () => expect(mayChangeSystem(installed, {}).allowed).to.equal(false));
  it("allows it from an installed package in CI", () => expect(mayChangeSystem(installed, { CI: "true" }).allowed).to.equal(true));
  it("obeys PLANEFAULT_SETUP=off everywhere", () => {
    for (const folder of [clone, installed])
      expect(mayChangeSystem(folder, { CI: "true", PLANEFAULT_SETUP: "off" }).allowed).to.equal(false);
  });
});
