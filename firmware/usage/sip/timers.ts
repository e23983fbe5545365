import { sipT1Ms, sipT2Ms, sipT4Ms } from "../../core/limits.js";
import type { Duration } from "../../core/time.js";

/** What all transaction timers are computed from (RFC 3261 §17.1.1.1, table 4), ms. */
export interface SipTimers {
  /** Estimate of the round trip; requests are sent again after T1, 2·T1, 4·T1 … and given up after 64·T1. */
  readonly t1: Duration;
  /** Longest interval between two sendings of a non-INVITE request or of a response to INVITE. */
  readonly t2: Duration;
  /** How long the network may keep a message. */
  readonly t4: Duration;
}

/** The RFC's values; a link is an unreliable transport (see README.md of this layer). */
export function defaultTimers(): SipTimers {
  return { t1: sipT1Ms, t2: sipT2Ms, t4: sipT4Ms };
}

/** Timers B, F, H, L, M and J: how long an exchange may take in all (RFC 3261 table 4, RFC 6026 §7). */
export function exchangeLimit(timers: SipTimers): Duration {
  return 64 * timers.t1;
}

/** Timer D: longer than the other side goes on sending its final response (RFC 3261 §17.1.1.2). */
export function timerD(timers: SipTimers): Duration {
  return Math.max(32_000, exchangeLimit(timers));
}
