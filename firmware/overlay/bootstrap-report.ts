import { elapsed, type Duration, type Instant } from "../core/time.js";
import type { LanCounts } from "./discovery.js";

/** The ways into the overlay: those of one address each, and what is said to all of the LAN. */
export type BootstrapMethod = "remembered" | "configured" | "dns-sd" | "beacon";

/** How one way into the overlay went: a name for programs, words for a technician. */
export interface BootstrapReport {
  readonly method: BootstrapMethod;
  /** The address tried, or the name as it was configured; none for beacons, and for DNS-SD that named nobody. */
  readonly address?: string;
  /** Of a name: the address that was found for it. */
  readonly resolved?: string;
  readonly isLinked: boolean;
  /**
   * "linked", "gone" (it was), "trying", or why not: what the link layer calls a failed handshake; of names "resolving"
   * and "no-address"; of beacons and DNS-SD "silence" (none heard), "foreign" (of other overlays only), of beacons
   * "known" (nobody new).
   */
  readonly outcome: string;
  /**
   * How long that is so: of an address since it was last tried, of beacons since the last was heard; where none was,
   * since this node listens; of DNS-SD since it asks. ms
   */
  readonly sinceMs: Duration;
  /** The outcome, as a part of a sentence. */
  readonly text: string;
}

/** DNS-SD that has named nobody. */
export function serviceReport(now: Instant, query: NonNullable<LanCounts["query"]>): BootstrapReport {
  const outcome = query.hearsForeign ? "foreign" : "silence";
  const text = query.hearsForeign
    ? "only host peers of other overlays answer"
    : "nobody answers; no host peer is on this LAN, or it does not carry multicast DNS";
  return { method: "dns-sd", isLinked: false, outcome, sinceMs: elapsed(query.since, now), text };
}

/** What became of an address, as a part of a sentence. */
export function addressText(outcome: string): string {
  switch (outcome) {
    case "linked":
    case "trying":
      return outcome;
    case "resolving":
      return "its address is being looked up";
    case "no-address":
      return "no address is known for this name";
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

/** The same of beacons; "who answers there" is then who sends them. */
export function beaconText(outcome: string): string {
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
