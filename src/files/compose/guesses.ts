// From the outline of a Compose file to planes, vantages, edges, probes and signals that a person is to confirm: each with the reason why it is thought.
import type { Plane } from "../../model/plane.ts";
import { recognised } from "./known-programs.ts";
import type { Outline, OutlinedService } from "./outline.ts";

export interface GuessedProbe {
  readonly name: string;
  readonly plane: Plane;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly ask: { readonly path: string } | { readonly send?: string; readonly expect?: string };
  readonly why: string;
}

export interface GuessedEdge {
  readonly from: string;
  readonly to: string;
  /** Undefined: nobody says which. */
  readonly port: number | undefined;
  readonly network: string;
  readonly why: string;
}

export interface GuessedSignal {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly path: string;
  readonly why: string;
}

export interface Guesses {
  readonly vantages: readonly { readonly name: string; readonly networks: readonly string[]; readonly why: string }[];
  readonly edges: readonly GuessedEdge[];
  readonly probes: readonly GuessedProbe[];
  readonly signals: readonly GuessedSignal[];
  /** service -> the name of its process. */
  readonly processes: Readonly<Record<string, { readonly exe: string; readonly why: string }>>;
  /** Sentences: what nothing in the file tells. */
  readonly open: readonly string[];
}

/** Where programs that speak HTTP usually listen. */
const pagePorts: ReadonlySet<number> = new Set([80, 3_000, 4_200, 5_000, 5_173, 8_000, 8_008, 8_080, 8_081, 8_888, 9_000]);
const longestName = 40;

export function guessesOf(outline: Outline): Guesses {
  const taken = new Set(outline.services.map(({ name }) => name));
  const names = { user: freeName("user", taken), operator: freeName("operator", taken) };
  const asked = outline.services.map((service) => ({ service, ways: waysTo(service) }));
  const probes = asked.flatMap(({ service, ways }) =>
    ways.map((way): GuessedProbe => ({
      name: cut(ways.length === 1 ? service.name : `${service.name}-${way.port}`),
      from: way.plane === "data" ? names.user : names.operator,
      to: service.name,
      ...way,
    })),
  );
  const signals = asked.flatMap(({ service }) => signalsOf(service, names.operator));
  const vantages = [names.user, names.operator].flatMap((name) => {
    const looks = [...probes, ...signals].filter(({ from }) => from === name).map(({ to }) => to);
    const networks = [
      ...new Set(outline.services.flatMap(({ name: service, networks: own }) => (looks.includes(service) ? own.slice(0, 1) : []))),
    ];
    return networks.length === 0 ? [] : [{ name, networks, why: `${[...new Set(looks)].join(", ")} can be asked from there` }];
  });
  const edges = [...probes.map((probe) => seenFrom(probe, outline)), ...asked.flatMap(({ service }) => edgesOf(service, outline))];
  const planes = new Set(probes.map(({ plane }) => plane));
  return {
    vantages,
    edges,
    probes,
    signals,
    processes: Object.fromEntries(
      outline.services.flatMap(({ name, image, healthcheck }) => {
        const { program, why } = recognised(image, healthcheck) ?? {};
        return program?.exe === undefined ? [] : [[name, { exe: program.exe, why: why ?? "" }] as const];
      }),
    ),
    open: [
      ...outline.leftOut,
      ...asked.flatMap(({ service, ways }) => (ways.length === 0 ? [`no port of ${service.name} is named, so nothing asks it`] : [])),
      ...(planes.has("data") ? [] : ["nothing is published that looks like what users ask: the data plane has no probe"]),
      ...(planes.has("control")
        ? []
        : ["no Compose file says how the stack is changed: the control plane has no probe (init guesses no writes)"]),
      ...(planes.has("management") ? [] : ["nothing looks like a way in for those who operate it: the management plane has no probe"]),
    ],
  };
}

type Way = Pick<GuessedProbe, "plane" | "port" | "ask" | "why">;

/** What an image or a health check gives away first; then what is published; of the rest nothing is asked. */
function waysTo(service: OutlinedService): readonly Way[] {
  const { image, published, exposed, healthcheck } = service;
  const known = recognised(image, healthcheck);
  const checked = pageOf(healthcheck);
  const ways = new Map<number, Way>();
  const add = (way: Way): void => void (ways.has(way.port) || ways.set(way.port, way));
  if (known) {
    const { port, plane, ask } = known.program;
    add({ port, plane, ask, why: `${known.why}${published.includes(port) ? `, and port ${port} is published` : ""}` });
  }
  if (checked)
    add({
      port: checked.port,
      plane: planeOf(checked.port, published),
      ask: { path: checked.path },
      why: `its health check asks ${checked.path} of port ${checked.port}`,
    });
  // A second published port of a store or a tool is another way to the same; which, nobody can tell from here.
  for (const port of published)
    if (!known || known.program.plane === "data") add({ port, plane: "data", ask: askOf(port), why: `port ${port} is published (ports)` });
  if (ways.size === 0)
    for (const port of exposed)
      add({ port, plane: "management", ask: {}, why: `port ${port} is named (expose), and not published: users do not come this way` });
  return [...ways.values()];
}

const planeOf = (port: number, published: readonly number[]): Plane => (published.includes(port) ? "data" : "management");
const askOf = (port: number): Way["ask"] => (pagePorts.has(port) ? { path: "/" } : {});

/** http://localhost:8080/health in a health check; curl needs no scheme. */
function pageOf(healthcheck: readonly string[]): { readonly port: number; readonly path: string } | undefined {
  const words = healthcheck.join(" ");
  const found =
    /(?:http:\/\/|\b(?:curl|wget)\b[^|;&]*?\s)(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[^\s"'|;&)]*)?/u.exec(words);
  if (!found) return undefined;
  return { port: Number(found[1] ?? 80), path: found[2] ?? "/" };
}

function signalsOf({ name, image, healthcheck }: OutlinedService, from: string): readonly GuessedSignal[] {
  const checked = pageOf(healthcheck);
  const signal = { name: cut(`${name}-health`), from, to: name };
  if (checked) return [{ ...signal, ...checked, why: `its own health check asks this page` }];
  const known = recognised(image, healthcheck);
  const path = known?.program.health;
  return known && path !== undefined
    ? [{ ...signal, port: known.program.port, path, why: `${known.why}, which answers there for itself` }]
    : [];
}

const seenFrom = ({ from, to, port }: GuessedProbe, outline: Outline): GuessedEdge => ({
  from,
  to,
  port,
  network: outline.services.find(({ name }) => name === to)?.networks[0] ?? "default",
  why: "a probe goes this way",
});

function edgesOf(service: OutlinedService, { services }: Outline): readonly GuessedEdge[] {
  const whys = new Map<string, string>();
  for (const name of service.dependsOn) whys.set(name, `${service.name} depends on ${name} (depends_on)`);
  for (const [variable, name] of Object.entries(service.named))
    if (!whys.has(name)) whys.set(name, `${variable} of ${service.name} names ${name} (environment)`);
  return [...whys].flatMap(([name, reason]): readonly GuessedEdge[] => {
    const other = services.find((one) => one.name === name);
    const network = other?.networks.find((one) => service.networks.includes(one));
    if (!other || other === service || network === undefined) return [];
    const { port, why } = mainPort(other);
    return [{ from: service.name, to: name, port, network, why: `${reason}${why}` }];
  });
}

function mainPort({ image, healthcheck, published, exposed }: OutlinedService): {
  readonly port: number | undefined;
  readonly why: string;
} {
  const known = recognised(image, healthcheck);
  if (known) return { port: known.program.port, why: `, and ${known.why}` };
  const port = published[0] ?? exposed[0] ?? pageOf(healthcheck)?.port;
  return { port, why: port === undefined ? "; which port, nothing says" : `, whose port ${port} the file names` };
}

const cut = (name: string): string => name.slice(0, longestName).replace(/-+$/u, "");

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let name = wanted; ; name = `${name}-vantage`) if (!taken.has(name)) return name;
}
