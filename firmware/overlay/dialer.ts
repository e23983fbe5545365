import { copyBytes } from "../core/bytes.js";
import { endpointText, sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { bootstrapsMax } from "../core/limits.js";
import { idKey, nodeId, sameId, type NodeId } from "../core/node-id.js";
import { after, type Deadline, type Duration, type Instant } from "../core/time.js";
import type { Outbox } from "./effect.js";
import type { Neighbour } from "./node-table.js";
import { TokenBucket } from "../core/token-bucket.js";

/** How this node heard of another. */
export type ContactSource = "remembered" | "configured" | "beacon" | "neighbour" | "found";

/** A node or an address to be greeted. */
export interface Candidate {
  readonly endpoint: Endpoint;
  /** Absent for an address whose node is not known. */
  readonly nodeId?: NodeId;
  readonly source: ContactSource;
  /** Who named it, where a neighbour did. */
  readonly namedBy?: Neighbour;
}

/** A greeting that came to nothing; it may be tried again. */
export interface DialFailure {
  readonly candidate: Candidate;
  readonly reason: string;
}

interface Entry {
  readonly candidate: Candidate;
  /** Absent: waiting until `dueAt`; else greeted, and given up at `dueAt`. */
  isGreeted: boolean;
  dueAt: Instant;
  failures: number;
}

/**
 * Nodes known by hearsay, and greeting them: whatever was said of a node, it enters the table only by its own
 * handshake (protocol §6, table poisoning). Bounded in all and for each neighbour that names nodes; two handshakes
 * at once, four while there is no link yet; three a second. A neighbour whose tips keep failing is not listened to
 * for a while.
 */
export class Dialer {
  readonly #limits: { readonly hearsay: number; readonly hearsayPerNeighbour: number };
  readonly #outbox: Outbox;
  readonly #entries = new Map<string, Entry>();
  readonly #failures: DialFailure[] = [];
  readonly #hellos = new TokenBucket({ perSecond: hellosPerSecond, burst: hellosPerSecond });
  readonly #badTips = new Map<Neighbour, TokenBucket>();
  #refused = 0;

  constructor(limits: { readonly hearsay: number; readonly hearsayPerNeighbour: number }, outbox: Outbox) {
    this.#limits = limits;
    this.#outbox = outbox;
  }

  /** Contacts not taken because the bounds were met. */
  get refused(): number {
    return this.#refused;
  }

  /** Nodes waiting or greeted now; configured addresses, which are tried for ever, not counted. */
  get pending(): number {
    let pending = 0;
    for (const { candidate } of this.#entries.values()) if (candidate.source !== "configured") pending++;
    return pending;
  }

  /** Takes up a contact, to be greeted after `delayMs`. One already known is left as it is. */
  offer(now: Instant, candidate: Candidate, delayMs: Duration): void {
    const key = keyOf(candidate);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      if (!known.isGreeted && delayMs === 0) known.dueAt = now;
      return;
    }
    if (!this.#hasRoom(now, candidate)) {
      this.#refused++;
      return;
    }
    const { nodeId: id } = candidate;
    const kept = id === undefined ? candidate : { ...candidate, nodeId: nodeId(copyBytes(id)) };
    this.#entries.set(key, { candidate: kept, isGreeted: false, dueAt: after(now, delayMs), failures: 0 });
  }

  /** A node is linked: it needs no greeting. */
  handleLinkUp(nodeId: NodeId, endpoint: Endpoint): void {
    for (const [key, { candidate }] of this.#entries) {
      const isIt =
        candidate.nodeId === undefined
          ? sameEndpoint(candidate.endpoint, endpoint)
          : sameId(candidate.nodeId, nodeId);
      if (isIt) this.#entries.delete(key);
    }
  }

  /** What a neighbour that is gone has said counts no more. */
  handleLinkDown(gone: Neighbour): void {
    this.#badTips.delete(gone);
    for (const [key, { candidate, isGreeted }] of this.#entries) {
      if (candidate.namedBy === gone && !isGreeted) this.#entries.delete(key);
    }
  }

  /** A greeting of this address failed. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.isGreeted && sameEndpoint(entry.candidate.endpoint, endpoint)) this.#fail(now, entry, reason);
    }
  }

  /** Greets who is due; `atOnce` handshakes may be under way. */
  handleTimeout(now: Instant, atOnce: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.isGreeted && entry.dueAt <= now) this.#fail(now, entry, "no-answer");
    }
    let greeted = this.#greeted();
    for (const entry of this.#entries.values()) {
      if (greeted >= atOnce) return;
      if (entry.isGreeted || entry.dueAt > now) continue;
      if (!this.#hellos.take(now)) return;
      entry.isGreeted = true;
      entry.dueAt = after(now, answerMsMax);
      greeted++;
      const { endpoint, nodeId } = entry.candidate;
      this.#outbox.push({ kind: "connect", endpoint, ...(nodeId !== undefined && { nodeId }) });
    }
  }

  /** The next greeting that failed. */
  pollFailure(): DialFailure | undefined {
    return this.#failures.shift();
  }

  /** When there is something to do; what is due already and held up by the bounds is looked at again shortly. */
  pollTimeout(now: Instant, atOnce: number): Deadline | undefined {
    const isHeldUp = this.#greeted() >= atOnce;
    let at: Instant | undefined;
    for (const entry of this.#entries.values()) {
      if (isHeldUp && !entry.isGreeted) continue;
      const dueAt = entry.dueAt <= now && !entry.isGreeted ? after(now, heldUpMs) : entry.dueAt;
      if (at === undefined || dueAt < at) at = dueAt;
    }
    return at === undefined ? undefined : { at, reason: "dial" };
  }

  #greeted(): number {
    let greeted = 0;
    for (const { isGreeted } of this.#entries.values()) if (isGreeted) greeted++;
    return greeted;
  }

  #fail(now: Instant, entry: Entry, reason: string): void {
    const { candidate } = entry;
    entry.failures++;
    entry.isGreeted = false;
    const isForEver = candidate.source === "configured";
    const attempts = candidate.source === "beacon" ? 1 : attemptsMax;
    if (isForEver || (entry.failures < attempts && reason === "no-answer")) {
      entry.dueAt = after(now, Math.min(firstRetryMs * 2 ** Math.min(entry.failures - 1, 6), retryMsMax));
      this.#failures.push({ candidate, reason });
      return;
    }
    this.#entries.delete(keyOf(candidate));
    this.#failures.push({ candidate, reason });
    const { namedBy } = candidate;
    if (namedBy === undefined) return;
    if (!this.#badTips.has(namedBy))
      this.#badTips.set(namedBy, new TokenBucket({ perSecond: badTipsPerSecond, burst: badTipsAtOnce }));
    this.#badTips.get(namedBy)?.take(now);
  }

  #hasRoom(now: Instant, candidate: Candidate): boolean {
    const isGiven = isGivenAddress(candidate);
    const { namedBy } = candidate;
    const others = [...this.#entries.values()].map((entry) => entry.candidate);
    const beside = others.filter((other) => isGivenAddress(other) === isGiven).length;
    if (beside >= (isGiven ? bootstrapsMax : this.#limits.hearsay)) return false;
    if (namedBy === undefined) return true;
    const ofNeighbour = others.filter((other) => other.namedBy === namedBy).length;
    return (
      ofNeighbour < this.#limits.hearsayPerNeighbour && this.#badTips.get(namedBy)?.has(now, 1) !== false
    );
  }
}

/** Whether the owner or an earlier run gave it, as opposed to hearsay: each has bounds of its own. */
function isGivenAddress({ source }: Candidate): boolean {
  return source === "remembered" || source === "configured";
}

function keyOf({ nodeId, endpoint }: Candidate): string {
  return nodeId === undefined ? endpointText(endpoint) : idKey(nodeId);
}

const hellosPerSecond = 3;
/** The link gives up a handshake after 3 s; this is for an answer that never comes from there. */
const answerMsMax = 4_000;
const attemptsMax = 3;
const firstRetryMs = 1_000;
const retryMsMax = 60_000;
const heldUpMs = 200;

/** Tips of one neighbour that may fail before it is not listened to, and how soon that is forgotten. */
const badTipsAtOnce = 8;
const badTipsPerSecond = 0.1;
