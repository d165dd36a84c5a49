// What `triage` and `observe` say of a running target: the answer first, then what says so. Few lines, since whoever reads them was asleep a minute ago.
import type { Answer, Glance, InstanceGlance, PlaneGlance, SignalGlance } from "../judge/glance.ts";
import type { Plane } from "../model/plane.ts";
import { columns } from "./table.ts";
import { diagnosisSentence, milliseconds } from "./words.ts";

const questions: Readonly<Record<Plane, string>> = {
  data: "traffic flows",
  control: "can be changed",
  management: "can be seen and reached",
};

/** What is not well stands out. */
const loud = (answer: Answer): string => (answer === "yes" ? answer : answer.toUpperCase());
const mostNamed = 4;

export function glanceText(target: string, { planes, signals, diagnosis }: Glance): string {
  return [
    `${target}: ${planes.map(({ plane, answer }) => `${questions[plane]}: ${loud(answer)}`).join(", ")}`,
    ...columns(
      [
        ...planes.map((one) => [one.plane, one.answer, evidence(one)]),
        ...(signals.length === 0 ? [] : [["signals", ...signalCells(signals)]]),
      ],
      "  ",
    ),
    ...(diagnosis === undefined
      ? []
      : [`  likely: ${diagnosisSentence({ diagnosis })}`, ...diagnosis.rows.slice(0, 2).map((row) => `    ${row}`)]),
  ].join("\n");
}

function evidence({ instances }: PlaneGlance): string {
  if (instances.length === 0) return "no probe looks at it";
  const well = instances.filter(({ answer }) => answer === "yes");
  const impaired = instances.filter(({ answer }) => answer !== "yes").toSorted((one, other) => rank(one) - rank(other));
  const named = impaired.slice(0, mostNamed).map((one) => `${counts(one)} (${one.why})`);
  return [
    ...named,
    ...(impaired.length > mostNamed ? [`${impaired.length - mostNamed} more are not well`] : []),
    ...(well.length <= 2 ? well.map((one) => `${counts(one)}${median(one)}`) : [summary(well, impaired.length > 0)]),
  ].join("; ");
}

/** Whoever does not answer at all is named first. */
const rank = ({ answer }: InstanceGlance): number => ["no", "partly", "cannot tell", "yes"].indexOf(answer);
const counts = ({ instance, ok, samples }: InstanceGlance): string => (samples === 0 ? instance : `${instance} ${ok} of ${samples} ok`);
const median = ({ medianMs }: InstanceGlance): string => (medianMs === undefined ? "" : `, median ${milliseconds(medianMs)}`);

function summary(well: readonly InstanceGlance[], others: boolean): string {
  const sum = (field: "ok" | "samples"): number => well.reduce((total, one) => total + one[field], 0);
  const slowest = well.toSorted((one, other) => (other.medianMs ?? 0) - (one.medianMs ?? 0))[0];
  return `${others ? "the other " : ""}${well.length} instances ${sum("ok")} of ${sum("samples")} ok, slowest median ${milliseconds(slowest?.medianMs)} (${slowest?.instance})`;
}

function signalCells(signals: readonly SignalGlance[]): readonly [string, string] {
  const liars = Map.groupBy(
    signals.filter(({ lieAbout }) => lieAbout.length > 0),
    ({ lieAbout }) => lieAbout.join(" and "),
  );
  const said = Map.groupBy(
    signals.filter(({ lieAbout }) => lieAbout.length === 0),
    ({ claim }) => (claim === undefined ? "gave no answer yet" : claim === "silent" ? "silent" : `claims ${claim}`),
  );
  const words = [
    ...[...liars].map(([lieAbout, own]) => `${names(own)} claims healthy while ${lieAbout} is impaired`),
    ...[...said].map(([claim, own]) => `${names(own)} ${claim}`),
  ];
  return [liars.size === 0 ? "" : "FALSE GREEN", words.join("; ")];
}

const names = (signals: readonly SignalGlance[]): string => signals.map(({ instance }) => instance).join(", ");

/** 1 a plane is impaired, 3 nobody can tell of one, 0 all is well. */
export function glanceExitCode({ planes }: Glance): 0 | 1 | 3 {
  if (planes.some(({ answer }) => answer === "no" || answer === "partly")) return 1;
  return planes.some(({ answer }) => answer === "cannot tell") ? 3 : 0;
}
