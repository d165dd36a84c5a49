// What is taken out of a text, and what is left in it.
import { expect } from "chai";
import { hiderOf } from "../../src/model/hide.ts";
import { hidden } from "../../src/model/hidden.ts";
import { hidingOf } from "../../src/model/hiding.ts";
import type { Plan } from "../../src/model/plan.ts";
import { isTelling, toldIn, withoutTold } from "../../src/model/telling.ts";
import { samplePlan, sampleStack, stopped } from "../run/sample-plan.ts";

const hide = hiderOf(["correct-horse", "short"]);

describe("hiding", () => {
  it("takes a known secret out and leaves the rest", () => {
    expect(hide("with correct-horse it failed; correct-horses too")).to.equal("with [hidden] it failed; [hidden]s too");
    expect(hide("nothing here")).to.equal("nothing here");
  });
  it("leaves texts of five letters and fewer: they are words of every log", () => {
    expect(hide("a short story")).to.equal("a short story");
  });
  it("knows a secret that was cut at the end or the beginning of a text", () => {
    expect(hide("exit 1: password correct-h")).to.equal("exit 1: password [hidden]");
    expect(hide("t-horse is wrong")).to.equal("[hidden] is wrong");
    expect(hide("to be correct")).to.equal("to be [hidden]");
    expect(hide("all cor")).to.equal("all cor");
  });
  it("gives the same for the same, and nothing more the second time", () => {
    const text = "Authorization: Bearer abcdefgh; correct-horse; token=abcdefgh";
    expect(hide(text)).to.equal(hide(text));
    expect(hide(hide(text))).to.equal(hide(text));
  });

  it("tells names of secrets from others", () => {
    for (const name of [
      "PASSWORD",
      "PGPASSWORD",
      "MYSQL_PWD",
      "db_passwd",
      "API_KEY",
      "apiKey",
      "x-auth-token",
      "SECRET",
      "client_secret",
      "AUTH",
      "sig",
      "SSH_KEY",
      "accessKey",
    ])
      expect(isTelling(name), name).to.equal(true);
    for (const name of ["PWD", "KEYSPACE", "AUTHOR", "MODE", "PASSWORD_FILE", "monkey", "passenger", "SIGNAL", "TOKEN_PATH", "design"])
      expect(isTelling(name), name).to.equal(false);
  });
  it("takes out what gives itself away: users of URLs, headers, parameters", () => {
    const table: readonly (readonly [said: string, left: string])[] = [
      ["redis://:pa55word@cache:6379/0", "redis://:[hidden]@cache:6379/0"],
      ["Authorization: Basic dXNlcjpwYXNz", "Authorization: [hidden]"],
      ["curl -H 'X-Api-Key: abc' http://app/", "curl -H 'X-Api-Key: [hidden]' http://app/"],
      ["Cookie: a=b; c=d\r\nHost: app", "Cookie: [hidden]\r\nHost: app"],
      ['{"password":"abcdef","user":"me"}', '{"password":"[hidden]","user":"me"}'],
      ['{\\"token\\":\\"abcdef\\"}', '{\\"token\\":\\"[hidden]\\"}'],
      ["/x?api_key=abcdef&page=2", "/x?api_key=[hidden]&page=2"],
      ["MYSQL_PWD=abcdef ./run", "MYSQL_PWD=[hidden] ./run"],
    ];
    for (const [said, left] of table) expect(withoutTold(said)).to.equal(left);
    for (const open of [
      "http://app:8080/a@b",
      "page=2&sort=name",
      "the key is there",
      "token=abc",
      "10:20:30 author=me-myself",
      "a=b=c",
      "PASSWORD_FILE=/run/secrets/x",
    ])
      expect(withoutTold(open), open).to.equal(open);
  });
  it("learns from what gave itself away, to know it elsewhere", () => {
    expect(toldIn("-H Authorization: Bearer abc.def-ghi")).to.include("abc.def-ghi");
    expect(toldIn("/x?token=abcdefgh")).to.include("abcdefgh");
    expect(toldIn("postgres://u:hunter22@db/x")).to.include("hunter22");
  });
  it("takes time that grows with the text, not faster", () => {
    // With a square of these lengths none of them would end within the test's time.
    for (const text of [
      "a.".repeat(200_000),
      "x-".repeat(50_000),
      "=".repeat(200_000),
      "://".repeat(200_000),
      '"'.repeat(200_000),
      "cookie".repeat(50_000),
      "://a:".repeat(100_000),
      "bearer ".repeat(50_000),
    ])
      expect(withoutTold(text).length).to.be.greaterThan(0);
  });
});

describe("what of a plan is hidden", () => {
  const withEnvironment = (environment: Readonly<Record<string, string>>, more: Partial<Plan> = {}): Plan => {
    const stack = sampleStack();
    const components = stack.components.map((component, index) =>
      index === 0 ? { ...component, environment: hidden(environment), command: ["serve", "open-words", "hunter22"] } : component,
    );
    return { ...samplePlan([stopped("etcd-3")]), stack: { ...stack, components }, ...more };
  };

  it("values whose names tell: in the plan, too", () => {
    const plan = withEnvironment({ DB_PASSWORD: "hunter22" });
    const hiding = hidingOf(plan);
    expect(hiding.plan(plan).stack.components[0]?.command).to.deep.equal(["serve", "open-words", "[hidden]"]);
    expect(hiding.text("hunter22 is wrong")).to.equal("[hidden] is wrong");
  });
  it("other values only outside, and only what the plan does not say openly", () => {
    const plan = withEnvironment({ GREETING: "good-morning", STYLE: "open-words", PLACE: "/var/lib/etcd" });
    const hiding = hidingOf(plan);
    expect(hiding.text("said good-morning")).to.equal("said [hidden]");
    expect(hiding.text("open-words in /var/lib/etcd")).to.equal("open-words in /var/lib/etcd");
    expect(hiding.plan(plan)).to.deep.equal(plan);
  });
  it("no name of the plan, whatever else it is: names are judged and seen everywhere", () => {
    const plan = withEnvironment({ PASSWORD: "etcd-1", TOKEN: "item-read", SECRET: "control" });
    const hiding = hidingOf(plan);
    expect(hiding.text("etcd-1: item-read over control")).to.equal("etcd-1: item-read over control");
    expect(hiding.plan(plan)).to.deep.equal(plan);
  });
  it("nothing that is judged: times, outcomes and instances of every record stay", () => {
    const hiding = hidingOf(withEnvironment({ PASSWORD: "failed-too", TOKEN: "healthy" }));
    expect(
      hiding.record({
        type: "samples",
        at: 1,
        instance: "item-read@app-1",
        rows: [
          [1, 2, "failed", "failed-too"],
          [3, 4, "ok"],
        ],
      }),
    ).to.deep.equal({
      type: "samples",
      at: 1,
      instance: "item-read@app-1",
      rows: [
        [1, 2, "failed", "[hidden]"],
        [3, 4, "ok"],
      ],
    });
    expect(hiding.record({ type: "claims", at: 1, instance: "etcd-health@etcd-1", rows: [[1, 2, "healthy"]] })).to.deep.equal({
      type: "claims",
      at: 1,
      instance: "etcd-health@etcd-1",
      rows: [[1, 2, "healthy"]],
    });
  });
});
