import {
  otherIntervalMs,
  pingPatienceMs,
  pingSpacingMs,
  pingsMax,
  siblingIntervalMs,
  silenceOfInterval,
} from "../core/limits.js";
import { after, type Duration, type Instant } from "../core/time.js";
import type { LinkRow } from "./link-table.js";

/** What a link needs now to be known alive. */
export type LivenessStep = "nothing" | "keepalive" | "ping" | "dead";

/**
 * Liveness of a link (protocol §2): who has sent nothing for T sends a keepalive; where nothing was heard for 1.25 T of
 * the other end a ping goes at 0, 0.5 and 1 s, and 2 s after the first the link is dead. With T = 6 s a silent death is
 * noticed within 9.5 s.
 */
export function livenessStep(row: LinkRow, now: Instant): LivenessStep {
  if (row.pingsSent > 0) {
    if (now >= after(row.silentAt, pingPatienceMs)) return "dead";
    const due = after(row.silentAt, row.pingsSent * pingSpacingMs);
    return row.pingsSent < pingsMax && now >= due ? "ping" : "nothing";
  }
  if (now >= after(row.heardAt, silenceMs(row))) return "ping";
  return now >= after(row.sentAt, keepaliveMs(row)) ? "keepalive" : "nothing";
}

/** When `livenessStep` has something to do next, if nothing is heard or sent before. */
export function livenessDueAt(row: LinkRow): Instant {
  if (row.pingsSent > 0) {
    const wait = row.pingsSent < pingsMax ? row.pingsSent * pingSpacingMs : pingPatienceMs;
    return after(row.silentAt, wait);
  }
  const keepaliveAt = after(row.sentAt, keepaliveMs(row));
  const silenceAt = after(row.heardAt, silenceMs(row));
  return keepaliveAt < silenceAt ? keepaliveAt : silenceAt;
}

/** A round trip was measured: smoothed as in RFC 6298 §2, with a gain of 1/8. */
export function smoothed(srttMs: Duration | undefined, roundTripMs: Duration): Duration {
  return srttMs === undefined ? roundTripMs : srttMs + (roundTripMs - srttMs) / 8;
}

/** Silence after which a link is pinged. */
export function silenceMs({ isHeld, interval }: Pick<LinkRow, "isHeld" | "interval">): Duration {
  const isClose = isHeld || interval === "sibling" || interval === "listening";
  return silenceOfInterval * (isClose ? siblingIntervalMs : otherIntervalMs);
}

/** How long this end may be silent. */
function keepaliveMs({ isHeld, interval }: LinkRow): Duration {
  return isHeld || interval === "sibling" || interval === "telling" ? siblingIntervalMs : otherIntervalMs;
}
