// A small etcd client: put, read, watch, each with its own time limit. Types are written by hand, since the proto is loaded at start.
import {
  type ChannelOptions,
  type ClientDuplexStream,
  type ClientUnaryCall,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

export interface KeyValue {
  readonly key: Buffer;
  readonly mod_revision: string;
  readonly version: string;
  readonly value: Buffer;
}
interface Header {
  readonly revision: string;
}
export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
}
interface PutResponse {
  readonly header: Header;
}
export interface WatchResponse {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly cancel_reason: string;
  readonly events: readonly { readonly type: "PUT" | "DELETE"; readonly kv: KeyValue }[];
}

type Answer<Response> = (error: ServiceError | null, response?: Response) => void;
interface KvClient {
  range(request: object, metadata: Metadata, options: object, answer: Answer<RangeResponse>): ClientUnaryCall;
  put(request: object, metadata: Metadata, options: object, answer: Answer<PutResponse>): ClientUnaryCall;
}
export interface LeaseKeepAliveResponse {
  /** Seconds that are left; 0 where the lease has expired. */
  readonly TTL: string;
}
export type KeepAliveStream = ClientDuplexStream<object, LeaseKeepAliveResponse>;
interface LeaseClient {
  leaseGrant(request: object, metadata: Metadata, options: object, answer: Answer<{ readonly ID: string }>): ClientUnaryCall;
  leaseKeepAlive(metadata: Metadata): KeepAliveStream;
}
export type WatchStream = ClientDuplexStream<object, WatchResponse>;
interface WatchClient {
  watch(metadata: Metadata): WatchStream;
}
type Constructor<Client> = new (address: string, credentials: unknown, options: ChannelOptions) => Client;
interface Package {
  readonly etcdserverpb: {
    readonly KV: Constructor<KvClient>;
    readonly Watch: Constructor<WatchClient>;
    readonly Lease: Constructor<LeaseClient>;
  };
}

const reconnect: ChannelOptions = {
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.min_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 1_000,
};

/** A dead member is noticed by missing pings. */
const keepalive: ChannelOptions = {
  "grpc.keepalive_time_ms": 2_000,
  "grpc.keepalive_timeout_ms": 2_000,
  "grpc.keepalive_permit_without_calls": 1,
};

/** The first key after all keys that begin with this prefix: etcd's way of saying "everything below". */
const endOf = (prefix: string): Buffer => {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
};

/** How long a question may take. A user who reads is gone after a moment: without a short limit, unanswered reads pile up in etcd and outlast the trouble. */
interface Limits {
  readonly readMs: number;
  readonly writeMs: number;
}

export interface Settings extends Limits {
  /** Pings on the connection, and a leader asked for: a dead member is noticed, and one without a leader refuses. Both end a watch that would otherwise stay silent for ever. */
  readonly watchful: boolean;
}

export class Etcd {
  readonly #kv: KvClient;
  readonly #watch: WatchClient;
  readonly #lease: LeaseClient;
  readonly #settings: Settings;

  constructor(address: string, settings: Settings) {
    const definition = loadSync(new URL("etcd.proto", import.meta.url).pathname, {
      keepCase: true,
      longs: String,
      enums: String,
      defaults: true,
    });
    const { KV, Watch, Lease } = (loadPackageDefinition(definition) as unknown as Package).etcdserverpb;
    const channel = { ...reconnect, ...(settings.watchful ? keepalive : {}) };
    this.#kv = new KV(address, credentials.createInsecure(), channel);
    this.#watch = new Watch(address, credentials.createInsecure(), channel);
    this.#lease = new Lease(address, credentials.createInsecure(), channel);
    this.#settings = settings;
  }

  /** Resolves with the revision of the write. The key goes with its lease, where it has one. */
  async put(key: string, value: string, lease = "0"): Promise<string> {
    const response = await this.#call<PutResponse>(this.#settings.writeMs, (options, answer) =>
      this.#kv.put({ key: Buffer.from(key), value: Buffer.from(value), lease }, this.#metadata(), options, answer),
    );
    return response.header.revision;
  }

  /** Linearizable: asks the leader. */
  async get(key: string): Promise<KeyValue | undefined> {
    const response = await this.#call<RangeResponse>(this.#settings.readMs, (options, answer) =>
      this.#kv.range({ key: Buffer.from(key) }, this.#metadata(), options, answer),
    );
    return response.kvs[0];
  }

  /** Everything below a prefix, as this member has it. */
  async list(prefix: string): Promise<RangeResponse> {
    return this.#call<RangeResponse>(this.#settings.writeMs, (options, answer) =>
      this.#kv.range({ key: Buffer.from(prefix), range_end: endOf(prefix), serializable: true }, new Metadata(), options, answer),
    );
  }

  watch(prefix: string, startRevision: bigint): WatchStream {
    const stream = this.#watch.watch(this.#metadata());
    stream.write({
      create_request: {
        key: Buffer.from(prefix),
        range_end: endOf(prefix),
        start_revision: startRevision.toString(),
        progress_notify: true,
      },
    });
    return stream;
  }

  /** Resolves with the lease's number. */
  async grant(seconds: number): Promise<string> {
    const response = await this.#call<{ readonly ID: string }>(this.#settings.writeMs, (options, answer) =>
      this.#lease.leaseGrant({ TTL: String(seconds) }, this.#metadata(), options, answer),
    );
    return response.ID;
  }

  /** Each `{ ID }` that is written asks for one renewal. */
  keepAlive(): KeepAliveStream {
    return this.#lease.leaseKeepAlive(this.#metadata());
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#settings.watchful) metadata.set("hasleader", "true");
    return metadata;
  }

  async #call<Response>(limitMs: number, start: (options: object, answer: Answer<Response>) => void): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    start({ deadline: Date.now() + limitMs }, (error, response) => {
      if (error) reject(error);
      else if (response === undefined) reject(new Error("etcd answered nothing"));
      else resolve(response);
    });
    return promise;
  }
}
