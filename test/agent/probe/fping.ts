// Speaks like fping in loop mode, for the test of the ICMP loop. argv: a behaviour, then fping's own options.
const [behaviour = "", ...argv] = process.argv.slice(2);
const option = (name: string): number => Number(argv[argv.indexOf(name) + 1]);
const [everyMs, deadlineMs] = [option("-p"), option("-t")];
const address = argv.at(-1) ?? "";
const said = (n: number, text: string): void =>
  void process.stdout.write(`[${(Date.now() / 1_000).toFixed(5)}] ${address} : [${n}], ${text}\n`);
const reply = (n: number): void => said(n, "64 bytes, 0.50 ms (0.50 avg, 0% loss)");
const lost = (n: number): void => void setTimeout(() => said(n, "timed out (NaN avg, 100% loss)"), deadlineMs);

const behaviours: Readonly<Record<string, (n: number) => void>> = {
  answers: reply,
  "loses every third": (n) => (n % 3 === 1 ? lost(n) : reply(n)),
  "is refused": (n) => {
    process.stderr.write(`ICMP Port Unreachable from 10.0.0.2 for ICMP Echo sent to ${address}\n`);
    lost(n);
  },
  "hears another": (n) => {
    process.stderr.write(" [<- 10.0.0.9]");
    reply(n);
  },
  "cannot send": () => undefined,
  "cannot send every third": (n) => void (n % 3 === 1 || reply(n)),
  ends: (n) => (n < 5 ? reply(n) : process.exit(3)),
  "sleeps once": (n) => {
    // Its packets of that time go out when it wakes, in one burst.
    if (n === 10) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    reply(n);
  },
};
const send = behaviours[behaviour] ?? (() => process.exit(9));
const startedAt = performance.now();
let n = 0;
const wake = (): void => {
  while (startedAt + n * everyMs <= performance.now()) send(n++);
  setTimeout(wake, 1);
};
wake();
