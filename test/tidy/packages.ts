// What comes along with planefault: few packages, each explained, and none that must run a program of its own when it is installed.

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly hasInstallScript?: boolean }>>;
}

const mostDependencies = 8;

/** package -> why it works without its script. */
const needless: Readonly<Record<string, string>> = {
  ssh2: "builds its optional native part",
  "cpu-features": "the optional native part of ssh2",
  protobufjs: "only warns of versions",
};

export function dependencyFaults({ dependencies = {} }: Manifest, explained: string): readonly string[] {
  const names = Object.keys(dependencies);
  return [
    ...(names.length > mostDependencies ? [`${names.length} direct dependencies, at most ${mostDependencies}`] : []),
    ...names.filter((name) => !/^\d+\.\d+\.\d+$/u.test(dependencies[name] ?? "")).map((name) => `${name} is not pinned to one version`),
    ...names.filter((name) => !explained.includes(`| \`${name}\` |`)).map((name) => `${name} is not explained in docs/dependencies.md`),
  ];
}

export function installFaults({ packages }: Lock): readonly string[] {
  const scripted = Object.entries(packages).filter(([, { dev, hasInstallScript }]) => hasInstallScript === true && dev !== true);
  const names = scripted.map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  return [
    ...names
      .filter((name) => !Object.hasOwn(needless, name))
      .map((name) => `${name} has an install script, which \`npm ci --ignore-scripts\` leaves out`),
    ...Object.keys(needless)
      .filter((name) => !names.includes(name))
      .map((name) => `${name} has no install script any more`),
  ];
}
