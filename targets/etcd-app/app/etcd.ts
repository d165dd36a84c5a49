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
export type WatchStream = ClientDuplexStream<object, WatchResponse>;
interface WatchClient {
  watch(metadata: Metadata): WatchStream;
}
type Constructor<Client> = new (address: string, credentials: unknown, options: ChannelOptions) => Client;
interface Package {
  readonly etcdserverpb: { readonly KV: Constructor<KvClient>; readonly Watch: Constructor<WatchClient> };
}

/** A dead member is noticed by missing pings and a member without a leader by refusal: both end the watch instead of leaving it silent for ever. */
const channel: ChannelOptions = {
  "grpc.keepalive_time_ms": 2_000,
  "grpc.keepalive_timeout_ms": 2_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.min_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 1_000,
};

const requireLeader = (): Metadata => {
  const metadata = new Metadata();
  metadata.set("hasleader", "true");
  return metadata;
};

/** The first key after all keys that begin with this prefix: etcd's way of saying "everything below". */
const endOf = (prefix: string): Buffer => {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
};

/** How long a question may take. A user who reads is gone after a moment: without a short limit, unanswered reads pile up in etcd and outlast the trouble. */
export interface Limits {
  readonly readMs: number;
  readonly writeMs: number;
}

export class Etcd {
  readonly #kv: KvClient;
  readonly #watch: WatchClient;
  readonly #limits: Limits;

  constructor(address: string, limits: Limits) {
    const definition = loadSync(new URL("etcd.proto", import.meta.url).pathname, {
      keepCase: true,
      longs: String,
      enums: String,
      defaults: true,
    });
    const { KV, Watch } = (loadPackageDefinition(definition) as unknown as Package).etcdserverpb;
    this.#kv = new KV(address, credentials.createInsecure(), channel);
    this.#watch = new Watch(address, credentials.createInsecure(), channel);
    this.#limits = limits;
  }

  /** Resolves with the revision of the write. */
  async put(key: string, value: string): Promise<string> {
    const response = await this.#call<PutResponse>(this.#limits.writeMs, (options, answer) =>
      this.#kv.put({ key: Buffer.from(key), value: Buffer.from(value) }, requireLeader(), options, answer),
    );
    return response.header.revision;
  }

  /** Linearizable: asks the leader. */
  async get(key: string): Promise<KeyValue | undefined> {
    const response = await this.#call<RangeResponse>(this.#limits.readMs, (options, answer) =>
      this.#kv.range({ key: Buffer.from(key) }, requireLeader(), options, answer),
    );
    return response.kvs[0];
  }

  /** Everything below a prefix, as this member has it. */
  async list(prefix: string): Promise<RangeResponse> {
    return this.#call<RangeResponse>(this.#limits.writeMs, (options, answer) =>
      this.#kv.range({ key: Buffer.from(prefix), range_end: endOf(prefix), serializable: true }, new Metadata(), options, answer),
    );
  }

  watch(prefix: string, startRevision: bigint): WatchStream {
    const stream = this.#watch.watch(requireLeader());
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
