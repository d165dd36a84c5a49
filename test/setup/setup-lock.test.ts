import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { takeSetupLock } from "../../src/setup/setup-lock.ts";

const lockFile = new URL("../../src/setup/setup-lock.ts", import.meta.url).pathname;
const nameFor = (test: string): string => `planefault-test-${test}-${process.pid}`;

describe("takeSetupLock", function () {
  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  it("lets one in at a time and tells the other who holds it", async () => {
    const name = nameFor("two");
    const order: string[] = [];
    const first = await takeSetupLock(() => order.push("never"), { name });
    const { promise: waiting, resolve } = Promise.withResolvers<string>();
    const second = takeSetupLock(resolve, { name }).then((lock) => {
      order.push("second");
      return lock;
    });
    expect(await waiting).to.equal(`${process.pid}`);
    order.push("release");
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).to.deep.equal(["release", "second"]);
  });

  it("ends with a holder that was killed", async () => {
    const name = nameFor("killed");
    const code = `import { takeSetupLock } from ${JSON.stringify(lockFile)}; await takeSetupLock(() => {}, { name: ${JSON.stringify(name)} }); console.log("held"); setInterval(() => {}, 1e6);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    const told = Promise.withResolvers<string>();
    const lock = takeSetupLock(told.resolve, { name });
    expect(await told.promise).to.equal(`${holder.pid}`);
    holder.kill("SIGKILL");
    await (await lock)[Symbol.asyncDispose]();
  });

  it("waits no longer when it is broken off", async () => {
    const name = nameFor("broken");
    await using stack = new AsyncDisposableStack();
    stack.use(await takeSetupLock(() => {}, { name }));
    const abort = new AbortController();
    const failed = await takeSetupLock(() => abort.abort(new Error("Ctrl-C")), { name, signal: abort.signal }).catch(String);
    expect(failed).to.equal("Error: Ctrl-C");
  });

  it("gives up at its deadline, and says what it waited for", async () => {
    const name = nameFor("late");
    await using stack = new AsyncDisposableStack();
    stack.use(await takeSetupLock(() => {}, { name }));
    const failed = await takeSetupLock(() => {}, { name, timeoutMs: 100 }).catch((error: unknown) => error);
    expect(failed).to.be.an("error").with.property("code", "deadline");
  });
});
