import { inspect } from "node:util";
import { expect } from "chai";
import { hidden, revealed } from "../../src/model/hidden.ts";

describe("hidden values", () => {
  const values = hidden({ PASSWORD: "tell-nobody" });

  it("are neither in JSON nor in what is printed, but whoever starts something gets them", () => {
    expect(JSON.stringify(values)).to.match(/^\{"PASSWORD":\{"hash":"[0-9a-f]{16}"\}\}$/u);
    expect(inspect(values)).not.to.include("tell-nobody");
    expect(revealed(values)).to.deep.equal({ PASSWORD: "tell-nobody" });
  });

  it("differ in JSON and as objects where the texts differ", () => {
    const other = hidden({ PASSWORD: "another" });
    expect(JSON.stringify(other)).not.to.equal(JSON.stringify(values));
    expect(other).not.to.deep.equal(values);
    expect(hidden({ PASSWORD: "tell-nobody" })).to.deep.equal(values);
  });
});
