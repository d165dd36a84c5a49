import { expect } from "chai";
import { pinBases } from "../../src/setup/images.ts";
import { packageFolders } from "../../src/setup/own-images.ts";

const bases = [
  { name: "planefault/base", hash: "aa" },
  { name: "planefault/node", hash: "bb" },
];

describe("pinBases", () => {
  for (const [from, to] of [
    ["FROM planefault/base\nRUN x", "FROM planefault/base:aa\nRUN x"],
    ["FROM planefault/node:latest AS build", "FROM planefault/node:bb AS build"],
    ["from planefault/base", "from planefault/base:aa"],
    ["FROM planefault/base:dev", "FROM planefault/base:dev"],
    ["FROM planefault/basement", "FROM planefault/basement"],
    ["FROM debian", "FROM debian"],
    ["# FROM planefault/base", "# FROM planefault/base"],
    ["FROM planefault/node AS a\nFROM planefault/base", "FROM planefault/node:bb AS a\nFROM planefault/base:aa"],
  ] as const) {
    it(JSON.stringify(from), () => expect(pinBases(from, bases)).to.equal(to));
  }
});

describe("an image that stands in for somebody else's", () => {
  const standIn = [{ name: "planefault/shop-node", hash: "cc", standsFor: "node:22-alpine" }];
  for (const [from, to] of [
    ["FROM node:22-alpine AS build\nFROM nginx", "FROM planefault/shop-node:cc AS build\nFROM nginx"],
    ["FROM --platform=$BUILDPLATFORM node:22-alpine", "FROM planefault/shop-node:cc"],
    ["FROM --platform=$BUILDPLATFORM node:22", "FROM --platform=$BUILDPLATFORM node:22"],
    ["FROM planefault/shop-node", "FROM planefault/shop-node"],
  ] as const) {
    it(JSON.stringify(from), () => expect(pinBases(from, standIn)).to.equal(to));
  }
});

describe("packageFolders", () => {
  it("takes ssh2 with what it depends on, and nothing native", () => {
    const names = [...packageFolders("ssh2", import.meta.filename).keys()];
    expect(names).to.include.members(["ssh2", "asn1", "bcrypt-pbkdf", "tweetnacl"]);
    expect(names).not.to.include("cpu-features");
  });
});
