// What is said of a glance: the answer first, few lines, and the exit code.
import { expect } from "chai";
import type { Answer, Glance, InstanceGlance } from "../../src/judge/glance.ts";
import { glanceExitCode, glanceText } from "../../src/report/glance.ts";

const one = (instance: string, answer: Answer = "yes", more: Partial<InstanceGlance> = {}): InstanceGlance => ({
  instance,
  answer,
  ok: answer === "yes" ? 5 : 0,
  samples: 5,
  unclear: false,
  medianMs: answer === "yes" ? 2.5 : undefined,
  why: answer === "yes" ? undefined : "late",
  ...more,
});
const of = (data: Answer, instances: readonly InstanceGlance[], more: Partial<Glance> = {}): Glance => ({
  planes: [
    { plane: "data", answer: data, instances },
    { plane: "control", answer: "yes", instances: [one("set")] },
    { plane: "management", answer: "yes", instances: [one("ssh")] },
  ],
  signals: [
    { instance: "health", claims: { healthy: 2, unhealthy: 0, silent: 0 }, claim: "healthy", lieAbout: data === "no" ? ["data"] : [] },
  ],
  diagnosis: undefined,
  ...more,
});

describe("the text of a glance", () => {
  it("has the answer in its first line and the lie beside the evidence", () => {
    const diagnosis = {
      roots: [{ root: "data", component: undefined }],
      abstained: undefined,
      rows: ["user over data lies on all paths"],
    } as const;
    expect(glanceText("echo", of("no", [one("get", "no"), one("get-reused", "no")], { diagnosis })).split("\n")).to.deep.equal([
      "echo: traffic flows: NO, can be changed: yes, can be seen and reached: yes",
      "  data        no           get 0 of 5 ok (late); get-reused 0 of 5 ok (late)",
      "  control     yes          set 5 of 5 ok, median 2.5 ms",
      "  management  yes          ssh 5 of 5 ok, median 2.5 ms",
      "  signals     FALSE GREEN  health claims healthy while data is impaired",
      "  likely: root is the data plane",
      "    user over data lies on all paths",
    ]);
  });

  it("names at most four that are not well, the dead ones first, and adds up the others", () => {
    const many = [1, 2, 3].map((n) => one(`a${n}`, "cannot tell", { ok: 5 })).concat([1, 2].map((n) => one(`b${n}`, "no")));
    const text = glanceText("echo", of("partly", [...many, ...[1, 2, 3].map((n) => one(`c${n}`, "yes", { medianMs: n }))]));
    expect(text).to.contain(
      "b1 0 of 5 ok (late); b2 0 of 5 ok (late); a1 5 of 5 ok (late); a2 5 of 5 ok (late); 1 more are not well; the other 3 instances 15 of 15 ok, slowest median 3 ms (c3)",
    );
  });

  it("says what there is to say where nothing was sampled", () => {
    const text = glanceText("echo", of("cannot tell", [one("get", "cannot tell", { samples: 0, why: "no sample" })]));
    expect(text).to.contain("traffic flows: CANNOT TELL").and.to.contain("  cannot tell  get (no sample)\n");
    expect(glanceText("echo", of("cannot tell", []))).to.contain("no probe looks at it");
  });

  it("ends with 0 where all is well, 1 where a plane is impaired, 3 where it cannot be told", () => {
    const codes = (["yes", "partly", "no", "cannot tell"] as const).map((answer) => glanceExitCode(of(answer, [])));
    expect(codes).to.deep.equal([0, 1, 1, 3]);
  });
});
