import { hopsMax, viaBytesMax } from "../../firmware/core/limits.js";
import { compareDistance, idKey } from "../../firmware/core/node-id.js";
import type { Opened } from "../../firmware/link/capture.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import type { Failures } from "./failures.js";
import type { SimNode } from "./sim-node.js";

/** What was seen of a lookup on its way. */
interface Seen {
  /** Hops of the request that was answered: 0 where the asker answered itself. */
  hops: number;
  /** Requests of its own, those put to one node directly among them: with more than one the first left doubts. */
  requests: number;
}

/**
 * Watches the messages that nodes seal and open: how many hops lookups take, and whether each hop brings a request
 * strictly nearer its destination (protocol §4, I1). The path of a lookup is as long as the stack of handles in the
 * answer where it begins its way back, and one more for the last link.
 */
export class MessageWatch {
  readonly #failures: Failures;
  /** By asker and resource: of the lookups under way. */
  readonly #seen = new Map<string, Seen>();
  /** Askers by transaction; a transaction is 32 random bits. */
  readonly #asked = new Map<number, Seen>();
  /** Requests that nodes not full peers yet passed on to others farther off, with both ends. */
  readonly #passedOn = new Set<string>();
  #forwarded = 0;

  constructor(failures: Failures) {
    this.#failures = failures;
  }

  /** Requests seen on their way from hop to hop. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /** A lookup begins. */
  begin(asker: SimNode, resource: Uint8Array): void {
    this.#seen.set(keyOf(asker, resource), { hops: 0, requests: 0 });
  }

  /** It has ended: what was seen of it. */
  end(asker: SimNode, resource: Uint8Array): Seen {
    const key = keyOf(asker, resource);
    const seen = this.#seen.get(key) ?? { hops: 0, requests: 0 };
    this.#seen.delete(key);
    for (const [transaction, each] of this.#asked) if (each === seen) this.#asked.delete(transaction);
    return seen;
  }

  /** A message that `node` sealed or opened. */
  handleOpened(node: SimNode, opened: Opened, atMs: number): void {
    // Of a fixed CBOR array: the second byte is the type. Most messages are none that is routed.
    const type = opened.plaintext[1] ?? 0;
    if (opened.direction !== "out" || !watchedTypes.has(type)) return;
    const message = decodeMessage(opened.plaintext);
    if (!message.ok) {
      this.#failures.add(atMs, "wire", `${node.name} sends what cannot be read: ${message.error.kind}`);
      return;
    }
    this.#handle(node, opened, message.value, atMs);
  }

  #handle(node: SimNode, opened: Opened, message: Message, atMs: number): void {
    switch (message.type) {
      case "fetch":
        if (message.via.length === 0) this.#noteOwn(node, message);
        this.#checkProgress(node, opened, message, atMs);
        return;
      case "store":
      case "find":
        this.#checkProgress(node, opened, message, atMs);
        return;
      case "fetchAnswer": {
        const seen = this.#asked.get(message.transaction);
        if (seen !== undefined) seen.hops = Math.max(seen.hops, message.via.length / 2 + 1);
        return;
      }
      default:
    }
  }

  #noteOwn(node: SimNode, message: Extract<Message, { type: "fetch" }>): void {
    const seen = this.#seen.get(keyOf(node, message.destination.first));
    if (seen === undefined) return;
    const { transaction, hops } = message;
    if (this.#asked.get(transaction) === seen) return;
    seen.requests++;
    if (hops > 0) this.#asked.set(transaction, seen);
  }

  /**
   * A full peer passes a request of others only to a node nearer its destination, for 16 hops at most. What it passed
   * on before it was one it may send again.
   */
  #checkProgress(
    node: SimNode,
    opened: Opened,
    message: Extract<Message, { type: "fetch" | "store" | "find" }>,
    atMs: number,
  ): void {
    if (message.hops === 0 || message.via.length === 0) return;
    this.#forwarded++;
    const hops = hopsMax - message.hops;
    const what = `${message.type} ${message.transaction} at ${node.name}`;
    if (hops > hopsMax || message.via.length > viaBytesMax)
      this.#failures.add(atMs, "hops", `${what} has taken ${hops} hops`);
    const { first } = message.destination;
    if (compareDistance(first, opened.nodeId, node.nodeId) < 0) return;
    const passing = `${message.transaction} ${idKey(node.nodeId)} ${idKey(opened.nodeId)}`;
    if (node.stage !== "peer") this.#passedOn.add(passing);
    else if (!this.#passedOn.has(passing))
      this.#failures.add(atMs, "I1 progress", `${what} goes away from its destination`);
  }
}

function keyOf(asker: SimNode, resource: Uint8Array): string {
  return `${asker.address} ${idKey(resource)}`;
}

/** Store, Fetch, its answer, Find: as muster.cddl numbers them. */
const watchedTypes: ReadonlySet<number> = new Set([6, 8, 9, 10]);
