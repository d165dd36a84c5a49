// `planefault init --compose`: a target with guesses that say why, valid as it stands, written over nothing; and mistakes of the Compose file at their places.
import { expect } from "chai";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initCommand } from "../../src/commands/init.ts";
import { initTarget, type InitTargetOptions } from "../../src/commands/init-target.ts";
import { readTarget } from "../../src/files/read.ts";
import { PlanefaultError } from "../../src/model/error.ts";
import { formatProblem } from "../../src/model/problem.ts";

const compose = `services:
  proxy:
    image: nginx:1.27
    ports: ["8080:80"]
    depends_on: [api]
    networks: [front]
  api:
    build: ./api
    expose: ["9000"]
    depends_on: { db: { condition: service_healthy }, worker: {} }
    networks: [front, back]
    healthcheck: { test: ["CMD-SHELL", "curl -fsS http://localhost:9000/healthz || exit 1"] }
    deploy: { replicas: 2 }
  db:
    image: postgres:16-alpine
    volumes: ["data:/var/lib/postgresql/data"]
    networks: [back]
  worker: { build: ./api, networks: [back], environment: { STORE_URL: "postgres://me:secret-of-mine@db/shop" } }
  watch: { image: "prom/prometheus:v3", ports: ["127.0.0.1:9090:9090"], networks: [back] }
  debug: { image: busybox, profiles: [debug] }
networks: { front: {}, back: { name: shared-back } }
volumes: { data: {} }
`;

describe("planefault init --compose", () => {
  let folder = "";
  let said = "";
  beforeEach(async () => {
    said = "";
    folder = join(await mkdtemp(join(tmpdir(), "planefault-init-")), "shop");
    await mkdir(join(folder, "api"), { recursive: true });
    await writeFile(join(folder, "api", "Dockerfile"), "FROM planefault/base\n");
    await writeFile(join(folder, "docker-compose.yml"), compose);
  });
  afterEach(() => rm(join(folder, ".."), { recursive: true }));

  const file = (): string => join(folder, "target.yaml");
  const init = (more: Partial<InitTargetOptions> = {}): number =>
    initTarget({ compose: join(folder, "docker-compose.yml"), ...more }, (text) => void (said += `${text}\n`));
  const written = async (): Promise<string> => readFile(file(), "utf8");
  const target = () => {
    const loaded = readTarget(file());
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
    return loaded.target;
  };
  const refused = (more: Partial<InitTargetOptions> = {}): string => {
    try {
      init(more);
    } catch (error) {
      if (error instanceof PlanefaultError) return `${error.exitCode} ${error.message} | ${error.hint ?? ""}`;
      throw error;
    }
    throw new Error("not refused");
  };

  it("guesses planes, ways and claims from ports, images, health checks, depends_on and networks, and says why", async () => {
    expect(init()).to.equal(0);
    const { probes, signals, stack } = target();
    expect(probes.map(({ instance, plane, vantage }) => `${instance} ${plane} ${vantage}`)).to.deep.equal([
      "proxy data user",
      "api@api-1 management operator",
      "api@api-2 management operator",
      "db management operator",
      "watch management operator",
    ]);
    expect([...new Set(signals.map(({ name, request }) => `${name} ${request.path}`))]).to.deep.equal([
      "api-health /healthz",
      "watch-health /-/healthy",
    ]);
    expect(stack.vantages.map(({ name, networks }) => [name, networks])).to.deep.equal([
      ["user", ["front"]],
      ["operator", ["front", "back"]],
    ]);
    const edges = stack.edges.map(({ from, to, port, network }) => `${from} -> ${to}:${port} on ${network}`);
    expect(edges).to.include.members([
      "user -> proxy:80 on front",
      "proxy -> api-1:9000 on front",
      "api-2 -> db:5432 on back",
      "worker -> db:5432 on back",
    ]);
    const text = await written();
    for (const why of [
      "# guess: image nginx:1.27 is a web server, and port 80 is published",
      "# guess: its health check asks /healthz of port 9000",
      "# guess: api depends on db (depends_on), and image postgres:16-alpine is a PostgreSQL",
      "# guess: STORE_URL of worker names db (environment), and image postgres:16-alpine is a PostgreSQL",
      "# guess: api, db, watch can be asked from there",
    ])
      expect(text).to.contain(why);
    expect(text).not.to.contain("secret-of-mine");
  });

  it("leaves open what the file does not tell: a port, the control plane, whoever belongs to a profile", async () => {
    init();
    const text = await written();
    expect(text).to.contain('# - "api -> worker:PORT on back"').and.to.contain("which port, nothing says");
    for (const open of ["debug belongs to a profile", "no port of worker is named", "the control plane has no probe"]) {
      expect(text).to.match(new RegExp(`# open: .*${open}`, "u"));
      expect(said).to.match(new RegExp(`open: .*${open}`, "u"));
    }
  });

  it("has a copy of the stack hit by default, and of a running project nobody until a person says whom", async () => {
    init();
    expect(target().stack.attach).to.equal(undefined);
    expect(target().stack.allow).to.have.length(6);
    await rm(file());
    init({ attach: true });
    const { stack } = target();
    expect(stack.allow).to.deep.equal([]);
    expect(stack.attach?.what).to.equal("the Compose project shop");
    expect(stack.attach?.networks["back"]).to.deep.equal({ name: "shared-back" });
    expect(await written())
      .to.contain("# guess: Compose calls a project after its folder")
      .and.to.contain("allow: [] # of proxy, api, db, worker, watch");
    await rm(file());
    init({ attach: "other" });
    expect(target().stack.attach?.what).to.equal("the Compose project other");
    expect(await written()).not.to.contain("after its folder");
  });

  it("attaches where a copy could not be started, and leaves out whoever has no network of its own", async () => {
    const hostile = compose
      .replace("  worker: { build: ./api,", "  worker: { build: ./api, volumes: ['/var/run/docker.sock:/s'], privileged: true,")
      .replace("  debug:", "  My_Agent: { image: agent, network_mode: host }\n  debug:");
    await writeFile(join(folder, "docker-compose.yml"), hostile);
    expect(refused()).to.match(/docker-compose\.yml:18:\d+ planefault does not understand "privileged"/u);
    init({ attach: true });
    expect(said).to.contain("open: My_Agent has no network of its own (network_mode: host)");
    expect(target().stack.components.map(({ name }) => name)).not.to.include("my-agent");
  });

  it("never writes over a file, and writes none where the Compose file is broken", async () => {
    await writeFile(file(), "mine\n");
    expect(refused()).to.match(/^2 .*target\.yaml is there already \| it is never written over/u);
    expect(await written()).to.equal("mine\n");
    await rm(file());
    for (const [broken, place] of [
      [`${compose}  bad`, /docker-compose\.yml:2\d:\d+ /u],
      [compose.replace('ports: ["8080:80"]', "ports: 8080"), /docker-compose\.yml:4:12 /u],
      [compose.replace("depends_on: [api]", "depends_on: 7"), /docker-compose\.yml:5:17 /u],
      ["services: {}\n", /no service that could be a component/u],
      [`include: [other.yml]\n${compose}`, /docker-compose\.yml:1:\d+ init does not follow `include`/u],
    ] as const) {
      await writeFile(join(folder, "docker-compose.yml"), broken);
      expect(refused({ attach: true }), broken.slice(0, 30)).to.match(place);
    }
    expect(() => target()).to.throw();
    expect(refused({ compose: join(folder, "nothing.yml") })).to.contain("2 cannot read");
  });

  it("keeps words of the Compose file in their comments and quotes", async () => {
    const hostile = `services:\n  web: { image: "nginx:1\\nallow: [web]", ports: ["80:80"] }\n  Odd_One: { image: redis }\n`;
    await writeFile(join(folder, "docker-compose.yml"), hostile);
    init({ attach: 'a" } #' });
    const { stack } = target();
    expect(stack.allow).to.deep.equal([]);
    expect(stack.attach?.services["odd-one"]).to.include({ "com.docker.compose.service": "Odd_One" });
  });

  it("has a place below which the Compose file lies, or none", () => {
    expect(refused({ out: join(folder, "targets", "shop", "target.yaml") })).to.contain("would not reach");
    expect(init({ out: join(folder, "targets", "shop", "target.yaml"), attach: true })).to.equal(0);
  });

  it("makes of a public project what one can see of it from outside", () => {
    init({ compose: "targets/nginx-nodejs-redis/project/compose.yaml", attach: true, out: file() });
    const { probes, stack } = target();
    expect(probes.map(({ name, plane }) => `${name} ${plane}`)).to.deep.equal(["redis management", "web1 data", "web2 data", "nginx data"]);
    expect(stack.edges.map(({ from, to, port }) => `${from} -> ${to}:${port}`)).to.include.members([
      "nginx -> web1:5000",
      "nginx -> web2:5000",
    ]);
  });

  it("is asked by `init`, where --attach alone means nothing", async () => {
    const code = await initCommand(folder, { compose: join(folder, "docker-compose.yml") }, (text) => void (said += text));
    expect([code, said.includes("next:")]).to.deep.equal([0, true]);
    const alone: unknown = await initCommand(folder, { attach: true }, () => undefined).catch(String);
    expect(alone).to.contain("--attach goes with --compose");
  });
});
