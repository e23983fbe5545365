import { endpointText, sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { bootstrapsMax } from "../core/limits.js";
import { none } from "../core/none.js";
import { elapsed, type Duration, type Instant } from "../core/time.js";
import type { Dialer } from "./dialer.js";
import type { BeaconCounts } from "./discovery.js";

/** Where to begin. */
export interface Bootstraps {
  /** This node's own address, where it is known. */
  readonly local?: Endpoint;
  /** Peers of the last time. */
  readonly remembered: readonly Endpoint[];
  /** Addresses the owner has configured: a bootstrap server, a host peer. */
  readonly configured: readonly Endpoint[];
}

/** How one way into the overlay went: a name for programs, words for a technician. */
export interface BootstrapReport {
  readonly method: "remembered" | "configured" | "beacon";
  /** The address tried; none for beacons. */
  readonly address?: string;
  readonly isLinked: boolean;
  /**
   * "linked", "gone" (it was), "trying", or why not: what the link layer calls a failed handshake; of beacons "silence"
   * (none heard), "foreign" (of other overlays only), "known" (nobody new).
   */
  readonly outcome: string;
  /**
   * How long that is so: of an address since it was last tried, of beacons since the last was heard; where none was,
   * since this node listens. ms
   */
  readonly sinceMs: Duration;
  /** The outcome, as a part of a sentence. */
  readonly text: string;
}

interface Way {
  readonly method: "remembered" | "configured";
  readonly endpoint: Endpoint;
  outcome: string;
  since: Instant;
}

/**
 * The ways into the overlay: all are tried at the same time, and each tells plainly what became of it (RFC 7890
 * §5.4). What is kept of each is a word and a moment.
 */
export class Bootstrap {
  #ways: readonly Way[] = none;
  #startedAt: Instant = 0 as Instant;
  #beaconsGreeted = 0;
  #beaconsLinked = 0;
  #lastBeaconFault = "";

  /** Takes up the addresses, configured and remembered ones by turns; beacons come by themselves. */
  start(now: Instant, { configured, remembered }: Bootstraps, dialer: Dialer): void {
    this.#startedAt = now;
    for (let at = 0; at < Math.max(configured.length, remembered.length); at++) {
      this.take(now, "configured", configured[at]);
      this.take(now, "remembered", remembered[at]);
    }
    for (const { method, endpoint } of this.#ways) dialer.offer(now, { endpoint, source: method }, 0);
  }

  /** Whether an address is still being tried for the first time. */
  get isTrying(): boolean {
    return this.#ways.some((way) => way.outcome === "trying");
  }

  /** Tries the addresses again to which there is no link now: all, or one of them, another each turn. */
  tryAgain(
    now: Instant,
    dialer: Dialer,
    among: { isLinked: (at: Endpoint) => boolean; turn?: number },
  ): void {
    const ways = this.#ways.filter(({ endpoint }) => !among.isLinked(endpoint));
    const { turn } = among;
    for (const way of turn === undefined ? ways : ways.slice(turn % ways.length).slice(0, 1)) {
      dialer.offer(now, { endpoint: way.endpoint, source: way.method }, onceMoreMs);
    }
  }

  handleBeaconGreeted(): void {
    this.#beaconsGreeted++;
  }

  handleLinkUp(now: Instant, endpoint: Endpoint, wasBeacon: boolean): void {
    if (wasBeacon) this.#beaconsLinked++;
    const way = this.find(endpoint);
    if (way !== undefined) note(way, now, "linked");
  }

  /** A link is gone. A configured address is tried again, for ever: says whether it is one. */
  handleLinkDown(now: Instant, endpoint: Endpoint, dialer: Dialer): boolean {
    const way = this.find(endpoint);
    if (way === undefined) return false;
    note(way, now, "gone");
    if (way.method !== "configured") return false;
    dialer.offer(now, { endpoint, source: "configured" }, againMs);
    return true;
  }

  handleFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    const way = this.find(endpoint);
    if (way === undefined) this.#lastBeaconFault = reason;
    else if (way.outcome !== "linked") note(way, now, reason);
  }

  /** One report for each way; the last is of beacons. */
  describe(now: Instant, beacons: BeaconCounts): BootstrapReport[] {
    const reports: BootstrapReport[] = this.#ways.map(({ method, endpoint, outcome, since }) => ({
      method,
      address: endpointText(endpoint),
      isLinked: outcome === "linked",
      outcome,
      sinceMs: elapsed(since, now),
      text: addressText(outcome),
    }));
    const outcome = this.beaconOutcome(beacons);
    const sinceMs = elapsed(beacons.lastAt ?? this.#startedAt, now);
    const text = beaconText(outcome);
    return [...reports, { method: "beacon", isLinked: outcome === "linked", outcome, sinceMs, text }];
  }

  private take(now: Instant, method: Way["method"], endpoint: Endpoint | undefined): void {
    if (endpoint === undefined || this.#ways.length >= bootstrapsMax) return;
    if (this.find(endpoint) !== undefined) return;
    this.#ways = [...this.#ways, { method, endpoint, outcome: "trying", since: now }];
  }

  private beaconOutcome({ heard, foreign }: BeaconCounts): string {
    if (this.#beaconsLinked > 0) return "linked";
    if (this.#beaconsGreeted > 0) return this.#lastBeaconFault === "" ? "trying" : this.#lastBeaconFault;
    if (heard > 0) return "known";
    return foreign > 0 ? "foreign" : "silence";
  }

  private find(endpoint: Endpoint): Way | undefined {
    return this.#ways.find((way) => sameEndpoint(way.endpoint, endpoint));
  }
}

/** A configured node that is gone is greeted again after this; the dialer waits longer from time to time, ms. */
const againMs = 5_000;
/** Not at once: one that waits for its turn is not hurried, ms. */
const onceMoreMs = 1_000;

function note(way: Way, now: Instant, outcome: string): void {
  way.outcome = outcome;
  way.since = now;
}

/** What became of an address. */
function addressText(outcome: string): string {
  switch (outcome) {
    case "linked":
    case "trying":
      return outcome;
    case "gone":
      return "it was linked and is gone";
    case "no-answer":
      return "nobody answers there";
    case "refused":
      return "who answers there has no room for another link";
    case "bad-credential":
      return "who answers there does not belong to this overlay: its credential is not valid here";
    case "not-authentic":
      return "who answers there is of another overlay, or pretends to be somebody else";
    case "wrong-node":
      return "who answers there is not the one that was there before";
    case "own-node":
      return "that is this node itself";
    case "already-linked":
      return "who answers there is linked already";
    case "table-full":
    case "too-many-attempts":
      return "this node has no room for another link now";
    default:
      return outcome;
  }
}

/** What became of beacons; "who answers there" is then who sends them. */
function beaconText(outcome: string): string {
  switch (outcome) {
    case "linked":
      return "who sent them was linked";
    case "silence":
      return "none was heard; nobody else is on this LAN, or it carries neither multicast nor broadcast";
    case "foreign":
      return "only those of other overlays were heard";
    case "known":
      return "nobody new was heard";
    default:
      return addressText(outcome);
  }
}
