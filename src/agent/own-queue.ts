// The root queue of an interface while it is ours: put in place of the kernel's own default only, and taken away again by its handle, whereupon the kernel puts its default back.
import type { ArmedChange, LinkIdentity } from "../model/identity.ts";
import { Batch } from "./batch.ts";
import { checkLink, queueLength } from "./link.ts";
import { poll } from "./poll.ts";

export const queueDeadlineMs = 2_000;

/** A queue of ours is known by its kind and by a handle that nobody else chooses. */
export interface RootQueue {
  readonly kind: string;
  readonly handle: string;
}

export class OwnQueue {
  readonly link: LinkIdentity;
  readonly #root: RootQueue;
  #tools: ReturnType<typeof openTools>;

  constructor({ at, change }: ArmedChange, root: RootQueue) {
    const { link } = at;
    if (!link) throw new Error(`${change.id} was armed without an interface`);
    if (!link.qdisc.endsWith(" 0:"))
      throw new Error(
        `${link.interface} has a queue of somebody's own (${link.qdisc}), which is not replaced: only the kernel's default comes back by itself`,
      );
    this.link = link;
    this.#root = root;
    this.#tools = openTools();
  }

  /** The kernel gives an interface without a queue a length with its first one, and so somebody else's is noticed. */
  check(): void {
    checkLink(this.link);
    const length = queueLength(this.link.interface);
    if (length !== this.link.queueLength)
      throw new Error(
        `somebody else has given ${this.link.interface} a queue: its length is ${length}, armed was ${this.link.queueLength}`,
      );
  }

  /** The line adds the root, and is refused where anything but the default is there by now. */
  async put(line: string): Promise<void> {
    this.write([line]);
    await this.#isThere(true);
  }

  write(lines: readonly string[]): void {
    this.#tools.tc.write(lines);
  }

  /** The first line of the answer that matches. */
  async ask(line: string, pattern: RegExp): Promise<RegExpExecArray> {
    const { tc } = this.#tools;
    return await tc.ask(line, pattern).catch((error: unknown) => {
      throw tc.complaint === "" ? error : new Error(tc.complaint, { cause: error });
    });
  }

  /** Not while packets wait in the queue: the kernel drops them. */
  keepLength(): void {
    this.#tools.ip.write([`link set dev ${this.link.interface} txqueuelen ${this.link.queueLength}`]);
  }

  /** For an undo: a tool that has ended is replaced. */
  reopen(): void {
    checkLink(this.link);
    if (this.#tools.tc.ended !== undefined || this.#tools.ip.ended !== undefined) this.#tools = openTools();
  }

  async remove(): Promise<void> {
    const { interface: name, queueLength: length } = this.link;
    this.write([`qdisc del dev ${name} root handle ${this.#root.handle}`]);
    this.keepLength();
    // Whatever else is there by now is not ours; the digest tells.
    await this.#isThere(false);
    await poll(`txqueuelen ${length} of ${name}`, queueDeadlineMs, () => queueLength(name) === length);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tools.tc.close(), this.#tools.ip.close()]);
  }

  async #isThere(wanted: boolean): Promise<void> {
    const { tc } = this.#tools;
    const name = this.link.interface;
    const isSo = async (): Promise<boolean> => {
      const [, kind, found] = await tc.ask(`qdisc show dev ${name}`, /^qdisc (\S+) (\S+) root /u);
      return (kind === this.#root.kind && found === this.#root.handle) === wanted;
    };
    const what = `${wanted ? "no queue of ours" : "still a queue of ours"} on ${name}`;
    await poll(what, queueDeadlineMs, isSo).catch((error: unknown) => {
      throw new Error(tc.complaint === "" ? what : `${what}: ${tc.complaint}`, { cause: error });
    });
  }
}

/** With statistics, which say how many packets wait. */
const openTools = () => ({ tc: new Batch("tc", ["-s"]), ip: new Batch("ip") });
