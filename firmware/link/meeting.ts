import { compareBytes } from "../core/bytes.js";
import { duplicateSessionMs } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { elapsed, type Instant } from "../core/time.js";
import { silenceMs } from "./liveness.js";
import type { LinkRow } from "./link-table.js";

/** A finished handshake with a node that is linked already. */
export interface Newcomer {
  readonly initiated: boolean;
  /** Both ends hold the old session and want a new one. */
  readonly renewal: boolean;
  /** When the other's last message of it came. */
  readonly arrivedAt: Instant;
}

/** What becomes of two sessions with one node. */
export type MeetingOutcome =
  /** The new one sends, the old one receives for a while; the link goes on. */
  | "renewed"
  /** Both opened at once; the link goes on with the old one, or with the new one. */
  | "keep-old"
  | "keep-new"
  /** The other has come anew, and without memory: the old link ends and a new one begins. */
  | "replaced"
  /** We have called a node that is linked and alive: the new session is given up before it is one. */
  | "already-linked";

/**
 * Which of two sessions with one node is kept (protocol §2). Sessions opened from both sides within 5 s are
 * one meeting: the one whose initiator has the lesser Node-ID stays, which both ends see alike. Otherwise
 * the newer one wins at once when the other opened it, for it has just proved itself.
 */
export function meet(row: LinkRow, newcomer: Newcomer, now: Instant, ownId: NodeId): MeetingOutcome {
  if (newcomer.renewal) return "renewed";
  if (isOneMeeting(row, newcomer, now)) {
    const lesserIsOurs = compareBytes(ownId, row.nodeId) < 0;
    return lesserIsOurs === newcomer.initiated ? "keep-new" : "keep-old";
  }
  if (!newcomer.initiated) return "replaced";
  const silent = row.pingsSent > 0 || elapsed(row.heardAt, now) >= silenceMs(row);
  return silent ? "replaced" : "already-linked";
}

/**
 * Whether both ends opened at once. Who has confirmed our session gives its own attempt up, so a hello3
 * that comes well after the confirmation is from a node that has forgotten it: it was restarted.
 */
function isOneMeeting({ session }: LinkRow, newcomer: Newcomer, now: Instant): boolean {
  if (session.initiated === newcomer.initiated) return false;
  if (elapsed(session.openedAt, now) >= duplicateSessionMs) return false;
  const { confirmedAt } = session;
  if (newcomer.initiated || confirmedAt === undefined) return true;
  return elapsed(confirmedAt, newcomer.arrivedAt) < reorderingMs;
}

/** Messages sent one after the other may come as much later in the other order. */
const reorderingMs = 1000;
