import { copyBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { bootstrapsMax, slowGreetingMs } from "../core/limits.js";
import { nodeId, sameId, type NodeId } from "../core/node-id.js";
import { after, earliest, instant, type Deadline, type Duration, type Instant } from "../core/time.js";
import { spend } from "../core/allowance.js";
import type { Outbox } from "./effect.js";
import type { Neighbour } from "./node-table.js";
import type { Member } from "./topology.js";
import { TokenBucket } from "../core/token-bucket.js";

/** How this node heard of another. */
export type ContactSource =
  | "remembered"
  | "configured"
  | "beacon"
  | "neighbour"
  | "found"
  /** By DNS-SD, of which nothing is proven. */
  | "named"
  /** It was a neighbour and fell silent; "cutOff": so did at least as many others as are left. */
  | "lost"
  | "cutOff";

/** A node or an address to be greeted. */
export interface Candidate {
  readonly endpoint: Endpoint;
  /** Absent for an address whose node is not known. */
  readonly nodeId?: NodeId;
  readonly source: ContactSource;
  /** Who named it, where a neighbour did. */
  readonly namedBy?: Neighbour;
  /** A way to it through the overlay, for where it may be behind a NAT: taken when it does not answer soon. */
  readonly tunnel?: Endpoint;
  /** Where it may be, once that way was taken. */
  readonly direct?: Endpoint;
}

/** A greeting that came to nothing; it may be tried again. */
export interface DialFailure {
  readonly candidate: Candidate;
  readonly reason: string;
}

interface Entry {
  candidate: Candidate;
  /** Absent: waiting until `dueAt`; else greeted, and given up at `dueAt`. */
  isGreeted: boolean;
  dueAt: Instant;
  failures: number;
}

/**
 * Nodes known by hearsay, and greeting them: whatever was said of a node, it enters the table only by its own
 * handshake (protocol §6, table poisoning). Bounded in all and for each neighbour that names nodes; two handshakes
 * at once, one in a call, four while there is no link yet; three a second. A neighbour whose tips keep failing is not
 * listened to for a while.
 */
export class Dialer {
  readonly #limits: { readonly hearsay: number; readonly hearsayPerNeighbour: number };
  readonly #outbox: Outbox;
  #entries: Entry[] = [];
  readonly #failures: DialFailure[] = [];
  readonly #hellos = new TokenBucket(helloRate);
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
    for (const { candidate } of this.#entries) if (candidate.source !== "configured") pending++;
    return pending;
  }

  /** Nodes that are likely to be linked soon, as members; those that fell silent or did not answer are not. */
  get awaited(): readonly Member[] {
    const awaited: Member[] = [];
    for (const { candidate, failures } of this.#entries) {
      const { nodeId, source } = candidate;
      if (nodeId !== undefined && !hasFallenSilent(source) && failures === 0)
        awaited.push({ nodeId, stage: "joining" });
    }
    return awaited;
  }

  /** Nodes that fell silent and are still to be greeted again. */
  get silent(): number {
    let silent = 0;
    for (const { candidate } of this.#entries) if (hasFallenSilent(candidate.source)) silent++;
    return silent;
  }

  /** Takes up a contact, to be greeted after `delayMs`. One already known is left as it is. */
  offer(now: Instant, candidate: Candidate, delayMs: Duration): void {
    const known = this.#entries.find((entry) => isSame(entry.candidate, candidate));
    if (known !== undefined) {
      if (!known.isGreeted && delayMs === 0) known.dueAt = now;
      return;
    }
    if (!this.hasRoom(now, candidate)) {
      this.#refused++;
      return;
    }
    const { nodeId: id } = candidate;
    const kept = id === undefined ? candidate : { ...candidate, nodeId: nodeId(copyBytes(id)) };
    this.#entries.push({ candidate: kept, isGreeted: false, dueAt: after(now, delayMs), failures: 0 });
  }

  /** A node is linked: it needs no greeting. Says whether one was due. */
  handleLinkUp(nodeId: NodeId, endpoint: Endpoint): boolean {
    const others = this.#entries.filter(({ candidate }) =>
      candidate.nodeId === undefined
        ? !sameEndpoint(candidate.endpoint, endpoint)
        : !sameId(candidate.nodeId, nodeId),
    );
    const wasSought = others.length < this.#entries.length;
    this.#entries = others;
    return wasSought;
  }

  /** What a neighbour that is gone has said counts no more. */
  handleLinkDown(gone: Neighbour): void {
    this.#entries = this.#entries.filter(
      ({ candidate, isGreeted }) => candidate.namedBy !== gone || isGreeted,
    );
  }

  /** A greeting of this address failed. */
  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    for (const entry of this.#entries.filter((one) => one.isGreeted)) {
      if (!sameEndpoint(entry.candidate.endpoint, endpoint)) continue;
      if (entry.candidate.tunnel === undefined) this.fail(now, entry, reason);
      else this.greetByTunnel(now, entry, entry.candidate.tunnel);
    }
  }

  /** Greets who is due; `atOnce` handshakes may be under way. */
  handleTimeout(now: Instant, atOnce: number): void {
    if (this.#entries.length === 0) return;
    for (const entry of this.#entries.filter((one) => one.isGreeted && patienceEnd(one) <= now)) {
      if (entry.candidate.tunnel === undefined) this.fail(now, entry, "no-answer");
      else this.greetByTunnel(now, entry, entry.candidate.tunnel);
    }
    let greeted = this.greeted();
    for (const entry of this.#entries) {
      if (greeted >= atOnce) return;
      if (entry.isGreeted || entry.dueAt > now || this.isHeldUp(entry, atOnce)) continue;
      if (!this.#hellos.take(now)) return;
      greeted++;
      this.greet(now, entry);
    }
  }

  /** The next greeting that failed. */
  pollFailure(): DialFailure | undefined {
    return this.#failures.shift();
  }

  /** When there is something to do: who is greeted gives up, or who waits can be greeted. */
  pollTimeout(now: Instant, atOnce: number): Deadline | undefined {
    if (this.#entries.length === 0) return undefined;
    const isHeldUp = this.greeted() >= atOnce;
    const notBefore = isHeldUp ? now : this.#hellos.nextAt(now);
    let first: Deadline | undefined;
    for (const entry of this.#entries) {
      const { isGreeted, dueAt } = entry;
      if (!isGreeted && (isHeldUp || this.isHeldUp(entry, atOnce))) continue;
      const at = isGreeted ? patienceEnd(entry) : dueAt > notBefore ? dueAt : notBefore;
      first = earliest(first, { at, reason: "dial" });
    }
    return first;
  }

  private greet(now: Instant, entry: Entry): void {
    const { endpoint, nodeId, source, direct } = entry.candidate;
    entry.isGreeted = true;
    entry.dueAt = after(now, answerMsMax);
    const isUnproven = source === "beacon";
    const whom = { ...(nodeId && { nodeId }), ...(direct && { direct }) };
    this.#outbox.push({ kind: "connect", endpoint, isUnproven, ...whom });
  }

  /** It does not answer at its address: both ends come to know each other through the overlay, and try again. */
  private greetByTunnel(now: Instant, entry: Entry, tunnel: Endpoint): void {
    const { nodeId, source, namedBy, endpoint: direct } = entry.candidate;
    const whom = { ...(nodeId && { nodeId }), ...(namedBy && { namedBy }) };
    entry.candidate = { ...whom, endpoint: tunnel, direct, source };
    this.greet(now, entry);
  }

  private greeted(): number {
    let greeted = 0;
    for (const { isGreeted } of this.#entries) if (isGreeted) greeted++;
    return greeted;
  }

  /** Addresses that were given may all be dead: one greeting is left for whoever was heard of meanwhile. */
  private isHeldUp({ candidate }: Entry, atOnce: number): boolean {
    if (!isGivenAddress(candidate)) return false;
    let given = 0;
    for (const entry of this.#entries) if (entry.isGreeted && isGivenAddress(entry.candidate)) given++;
    return given >= Math.max(1, atOnce - 1);
  }

  private fail(now: Instant, entry: Entry, reason: string): void {
    const { candidate } = entry;
    entry.failures++;
    entry.isGreeted = false;
    const isForEver = candidate.source === "configured";
    const { pauseMs } = patience[candidate.source];
    // Greeted both ways it was tried long enough.
    const attempts = candidate.direct === undefined ? patience[candidate.source].attempts : 1;
    const others = this.#entries.filter((other) => other !== entry);
    if (isForEver || (entry.failures < attempts && reason === "no-answer")) {
      entry.dueAt = after(now, Math.min(pauseMs * 2 ** Math.min(entry.failures - 1, 6), retryMsMax));
      // Behind those that were not tried yet.
      this.#entries = [...others, entry];
      this.#failures.push({ candidate, reason });
      return;
    }
    this.#entries = others;
    this.#failures.push({ candidate, reason });
    const { namedBy } = candidate;
    if (namedBy !== undefined) namedBy.tips = spend(badTipRate, namedBy.tips, now) ?? namedBy.tips;
  }

  private hasRoom(now: Instant, candidate: Candidate): boolean {
    const isGiven = isGivenAddress(candidate);
    const { namedBy } = candidate;
    const others = this.#entries.map((entry) => entry.candidate);
    const beside = others.filter((other) => isGivenAddress(other) === isGiven).length;
    if (beside >= (isGiven ? bootstrapsMax : this.#limits.hearsay)) return false;
    if (namedBy === undefined) return true;
    const ofNeighbour = others.filter((other) => other.namedBy === namedBy).length;
    const isHeard = spend(badTipRate, namedBy.tips, now) !== undefined;
    return isHeard && ofNeighbour < this.#limits.hearsayPerNeighbour;
  }
}

/** Whether the owner or an earlier run gave it, as opposed to hearsay: each has bounds of its own. */
function isGivenAddress({ source }: Candidate): boolean {
  return source === "remembered" || source === "configured";
}

/** Until when a greeting may be without an answer. */
function patienceEnd({ candidate, dueAt }: Entry): Instant {
  return candidate.tunnel === undefined ? dueAt : instant(dueAt - answerMsMax + slowGreetingMs);
}

function hasFallenSilent(source: ContactSource): boolean {
  return source === "lost" || source === "cutOff";
}

/** Whether both name one node or, where neither says which, one address. */
function isSame(a: Candidate, b: Candidate): boolean {
  if (a.nodeId === undefined || b.nodeId === undefined) {
    return a.nodeId === b.nodeId && sameEndpoint(a.endpoint, b.endpoint);
  }
  return sameId(a.nodeId, b.nodeId);
}

const hellosPerSecond = 3;
const helloRate = { perSecond: hellosPerSecond, burst: hellosPerSecond } as const;
/** The link gives up a handshake after 3 s; this is for an answer that never comes from there. */
const answerMsMax = 4_000;
const attemptsMax = 3;
/**
 * How often a node is greeted, and the first pause between, ms; each next one is twice as long. Of those that fell
 * silent most are off, and each greeting of one is four hellos; where the network was gone it may be back soon.
 */
const patience: {
  readonly [source in ContactSource]: { readonly attempts: number; readonly pauseMs: Duration };
} = {
  remembered: { attempts: attemptsMax, pauseMs: 1_000 },
  configured: { attempts: attemptsMax, pauseMs: 1_000 },
  neighbour: { attempts: attemptsMax, pauseMs: 1_000 },
  found: { attempts: attemptsMax, pauseMs: 1_000 },
  beacon: { attempts: 1, pauseMs: 1_000 },
  named: { attempts: 1, pauseMs: 1_000 },
  lost: { attempts: 2, pauseMs: 30_000 },
  cutOff: { attempts: 6, pauseMs: 2_000 },
};
const retryMsMax = 60_000;

/** Tips of one neighbour that may fail before it is not listened to, and how soon that is forgotten. */
const badTipsAtOnce = 8;
const badTipsPerSecond = 0.1;
const badTipRate = { perSecond: badTipsPerSecond, burst: badTipsAtOnce } as const;
