// Which Linux capabilities a component may be given. Names are those of capabilities(7) without "CAP_".

/** What these allow is no matter of a container: they load modules, set the clock, end or read the machine. */
const ofTheMachine: ReadonlySet<string> = new Set([
  "BLOCK_SUSPEND",
  "BPF",
  "CHECKPOINT_RESTORE",
  "DAC_READ_SEARCH",
  "MAC_ADMIN",
  "MAC_OVERRIDE",
  "PERFMON",
  "SYSLOG",
  "SYS_BOOT",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_TIME",
  "WAKE_ALARM",
]);

/** What is wrong with giving it to a component; undefined where nothing is. */
export function capabilityRefusal(name: string): string | undefined {
  if (name === "ALL") return 'single capabilities only, never "ALL"';
  return ofTheMachine.has(name) ? `"${name}" reaches the whole machine, not only the container: no component is given it` : undefined;
}
