// Programs that many stacks are made of: what an image or a health check gives away of port, protocol and plane. A guess for a person to confirm, never more.
import type { Plane } from "../../model/plane.ts";

export interface KnownProgram {
  /** "a web server", for the reason of a guess. */
  readonly what: string;
  readonly port: number;
  readonly plane: Plane;
  /** How its port is asked: a page, or a connection and what is said on it. */
  readonly ask: { readonly path: string } | { readonly send?: string; readonly expect?: string };
  /** A page on which it speaks of its own health. */
  readonly health?: string;
  /** The kernel's name of its process. */
  readonly exe?: string;
}

const web = (exe?: string): KnownProgram => ({
  what: "a web server",
  port: 80,
  plane: "data",
  ask: { path: "/" },
  ...(exe !== undefined && { exe }),
});
const page = (what: string, port: number, plane: Plane = "data"): KnownProgram => ({ what, port, plane, ask: { path: "/" } });
/** What holds data is no place that users ask: whether it can be reached is a responder's question. */
const store = (what: string, port: number, exe: string, ask: KnownProgram["ask"] = {}): KnownProgram => ({
  what,
  port,
  plane: "management",
  ask,
  exe,
});
const tool = (what: string, port: number, path: string, health?: string): KnownProgram => ({
  what,
  port,
  plane: "management",
  ask: { path },
  ...(health !== undefined && { health }),
});
const control = (what: string, port: number, ask: KnownProgram["ask"], health?: string): KnownProgram => ({
  what,
  port,
  plane: "control",
  ask,
  ...(health !== undefined && { health }),
});

const redis = store("a Redis", 6_379, "redis-server", { send: "PING\r\n", expect: "+PONG" });
const postgres = store("a PostgreSQL", 5_432, "postgres");
const mysql = store("a MySQL", 3_306, "mysqld");
const mongo = store("a MongoDB", 27_017, "mongod");
const rabbit = store("a message broker", 5_672, "beam.smp");
const etcd = control("an etcd", 2_379, { path: "/health" }, "/health");

/** By the last part of an image's name, without its tag. */
const byImage: readonly (readonly [RegExp, KnownProgram])[] = [
  [/^nginx/u, web("nginx")],
  [/^(?:httpd|apache2?)$/u, web("httpd")],
  [/^caddy/u, web("caddy")],
  [/^haproxy/u, web("haproxy")],
  [/^traefik/u, web("traefik")],
  [/^(?:wordpress|nextcloud|drupal|joomla)$/u, page("a web application", 80)],
  [/^gitea$/u, page("a web application", 3_000)],
  [/^ghost$/u, page("a web application", 2_368)],
  [/^(?:redis|valkey|keydb)/u, redis],
  [/^memcached$/u, store("a Memcached", 11_211, "memcached", { send: "version\r\n", expect: "VERSION" })],
  [/^(?:postgres|postgis|timescaledb)/u, postgres],
  [/^mariadb/u, { ...mysql, what: "a MariaDB", exe: "mariadbd" }],
  [/^(?:mysql|percona)/u, mysql],
  [/^(?:azure-sql-edge|mssql)/u, store("a SQL Server", 1_433, "sqlservr")],
  [/^mongo(?:db)?$/u, mongo],
  [/^rabbitmq$/u, rabbit],
  [/^(?:kafka|cp-kafka)$/u, store("a message broker", 9_092, "java")],
  [/^nats$/u, store("a message broker", 4_222, "nats-server", { expect: "INFO" })],
  [/^(?:elasticsearch|opensearch)$/u, store("a search engine", 9_200, "java")],
  [/^(?:minio)$/u, { ...store("an object store", 9_000, "minio", { path: "/minio/health/live" }), health: "/minio/health/live" }],
  [/^etcd$/u, etcd],
  [/^consul$/u, control("a Consul", 8_500, { path: "/v1/status/leader" })],
  [/^vault$/u, control("a Vault", 8_200, {})],
  [/^(?:zookeeper|cp-zookeeper)$/u, control("a ZooKeeper", 2_181, {})],
  [/^prometheus$/u, tool("a Prometheus", 9_090, "/-/ready", "/-/healthy")],
  [/^alertmanager$/u, tool("an Alertmanager", 9_093, "/-/ready", "/-/healthy")],
  [/^grafana(?:-oss|-enterprise)?$/u, tool("a Grafana", 3_000, "/api/health", "/api/health")],
  [/^kibana$/u, tool("a Kibana", 5_601, "/api/status", "/api/status")],
  [/^loki$/u, tool("a Loki", 3_100, "/ready", "/ready")],
  [/^cadvisor$/u, tool("a cAdvisor", 8_080, "/healthz", "/healthz")],
  [/^node-exporter$/u, tool("a node exporter", 9_100, "/metrics")],
  [/^adminer$/u, tool("an administration page", 8_080, "/")],
  [/^phpmyadmin$/u, tool("an administration page", 80, "/")],
  [/^pgadmin4?$/u, tool("an administration page", 80, "/misc/ping")],
];

/** By a program that a health check calls, for images that are built on the spot. */
const byCheck: Readonly<Record<string, KnownProgram>> = {
  "redis-cli": redis,
  pg_isready: postgres,
  mysqladmin: mysql,
  "healthcheck.sh": mysql,
  mongosh: mongo,
  "rabbitmq-diagnostics": rabbit,
  etcdctl: etcd,
};

/** "docker.io/library/redis:7-alpine" -> "redis" */
const imageName = (image: string): string => (image.split("/").at(-1) ?? image).replace(/[:@].*$/u, "").toLowerCase();

/** What it is, and why that is thought. */
export function recognised(
  image: string | undefined,
  healthcheck: readonly string[],
): { readonly program: KnownProgram; readonly why: string } | undefined {
  const name = image === undefined ? undefined : imageName(image);
  const known = name === undefined ? undefined : byImage.find(([pattern]) => pattern.test(name))?.[1];
  if (known) return { program: known, why: `image ${image} is ${known.what}` };
  const words = healthcheck.flatMap((word) => word.split(/\s+/u)).map((word) => word.split("/").at(-1) ?? word);
  const called = words.find((word) => Object.hasOwn(byCheck, word));
  const program = called === undefined ? undefined : byCheck[called];
  return program && { program, why: `its health check calls ${called}, so it is ${program.what}` };
}
