import { earliest, type Deadline, type Instant } from "../core/time.js";
import type { Membership } from "./membership.js";
import type { OverlayParts } from "./parts.js";

/** Lets each machine whose time has come do its work, in the order in which they build upon each other. */
export function runTimedParts(now: Instant, parts: OverlayParts, membership: Membership): void {
  const { verification, lookups, discovery, publisher } = parts;
  parts.role.handleTimeout(now);
  verification.handleTimeout();
  lookups.handleVerified(now);
  lookups.handleTimeout(now);
  discovery.handleTimeout(now);
  parts.dialer.handleTimeout(now, handshakesAtOnce(parts));
  if (parts.neighbourhood.stage !== "client") runPeerParts(now, parts, membership);
  else if (parts.association.isSearchDue(now)) membership.handleSearchDue(now);
  parts.clientUpdates.handleTimeout(now);
  parts.association.handleTimeout(now);
  parts.lending.handleTimeout(now);
  publisher.handleTimeout(now);
  parts.ownCopies.handleTimeout(now);
  parts.recordQuestions.handleTimeout(now);
}

/** When the first of them wants to run. */
export function timedPartsDeadline(now: Instant, parts: OverlayParts): Deadline | undefined {
  let first = earliest(parts.role.pollTimeout(), parts.dialer.pollTimeout(now, handshakesAtOnce(parts)));
  const { publisher, verification, lookups, discovery, clientUpdates, association } = parts;
  for (const part of [publisher, verification, lookups, discovery, clientUpdates, association])
    first = earliest(first, part.pollTimeout());
  for (const part of [parts.ownCopies, parts.recordQuestions, parts.lending])
    first = earliest(first, part.pollTimeout());
  if (parts.neighbourhood.stage === "client") return first;
  const { replication, digests, updates, upkeep, merger } = parts;
  for (const part of [replication, digests, updates, upkeep, merger])
    first = earliest(first, part.pollTimeout());
  return first;
}

/** What only a peer does: a client holds nothing and looks after nobody. */
function runPeerParts(now: Instant, parts: OverlayParts, membership: Membership): void {
  const { updates, replication, digests, publisher, upkeep, merger } = parts;
  updates.handleTimeout(now);
  replication.handleTimeout(now);
  digests.handleTimeout(now);
  if (upkeep.isRankDue(now)) upkeep.rank([...publisher.holders(), ...digests.sharers()]);
  if (upkeep.isSurveyDue(now)) membership.handleSurveyDue(now, upkeep.round);
  upkeep.handleTimeout(now);
  merger.handleTimeout(now);
}

/**
 * Two handshakes at once leave time for others' speech, one leaves that and memory for our own: it takes 1.5 kB until
 * somebody answers. With no link yet there is nothing to disturb.
 */
function handshakesAtOnce({ neighbourhood, load }: OverlayParts): number {
  if (load?.isInCall === true) return 1;
  return neighbourhood.table.all.length === 0 ? 4 : 2;
}
