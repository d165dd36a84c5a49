// `planefault doctor`: what is there, what is missing and the command that mends it, and which faults this machine can do. It only reads, unless --fix lets it set up.
import { messageOf, PlanefaultError } from "../model/error.ts";
import { interruptible } from "../run/interrupt.ts";
import { type Capability, capabilities } from "../setup/capabilities.ts";
import { ensure } from "../setup/ensure.ts";
import { type Finding, findings } from "../setup/findings.ts";
import { type Inventory, takeInventory } from "../setup/inventory.ts";
import { leaveAtOnce } from "./exit.ts";

export interface DoctorOptions {
  /** Installs, starts and builds what is missing, then looks again. */
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** Where the words go, and how the machine is looked at; tests give their own. */
export interface DoctorPorts {
  readonly write: (text: string) => void;
  readonly look: () => Promise<Inventory>;
  readonly mend: () => Promise<unknown>;
}

const usualPorts: DoctorPorts = {
  write: (text) => process.stdout.write(text),
  look: () => takeInventory(),
  mend: async () => {
    using interrupt = interruptible(leaveAtOnce);
    await ensure({ engine: true, toolbox: true, agent: true }, undefined, interrupt.signal);
  },
};

const environmentExit = 4;

/** Resolves to the exit code: 0 where nothing is missing that planefault cannot set up by itself. */
export async function doctor(options: DoctorOptions, ports: DoctorPorts = usualPorts): Promise<number> {
  let failure: string | undefined;
  if (options.fix) {
    try {
      await ports.mend();
    } catch (error) {
      failure = error instanceof PlanefaultError && error.hint !== undefined ? `${error.message}\n${error.hint}` : messageOf(error);
    }
  }
  const inventory = await ports.look();
  const found = findings(inventory);
  const faults = capabilities(inventory.kernel);
  const healthy = failure === undefined && found.every((finding) => finding.state !== "missing");
  ports.write(
    options.json
      ? `${JSON.stringify({ version: 1, healthy, failure, findings: found, faults, inventory }, undefined, 2)}\n`
      : render(found, faults, failure, healthy),
  );
  return healthy ? 0 : environmentExit;
}

const marks = { ok: "ok     ", automatic: "to do  ", missing: "MISSING" } as const;
const abilities = { yes: "yes     ", no: "no      ", unproved: "unproved", unknown: "unknown " } as const;
const indent = (text: string): string => text.replaceAll("\n", "\n    ");

const mend = (finding: Finding): readonly string[] => (finding.state === "ok" ? [] : [`            mend: ${finding.mend}`]);

export function render(found: readonly Finding[], faults: readonly Capability[], failure: string | undefined, healthy: boolean): string {
  const automatic = found.some((finding) => finding.state === "automatic");
  return [
    "What is there",
    ...found.flatMap((finding) => [`  ${marks[finding.state]} ${finding.name}: ${indent(finding.detail)}`, ...mend(finding)]),
    "",
    "Which faults this machine can do",
    ...(faults.every(({ able }) => able === "unknown")
      ? [`  ${abilities.unknown} ${faults.flatMap(({ faults: kinds }) => kinds).join(", ")}: ${faults[0]?.detail ?? ""}`]
      : faults.map(({ able, faults: kinds, detail }) => `  ${abilities[able]} ${kinds.join(", ")}: ${detail}`)),
    "  yes      noop",
    "",
    ...(failure === undefined ? [] : [`Set-up failed: ${indent(failure)}`]),
    !healthy
      ? "Something is missing that planefault cannot set up here."
      : automatic
        ? "Nothing stands in the way: what is to do is set up by the first command that needs it."
        : "Everything is there.",
    "",
  ].join("\n");
}
