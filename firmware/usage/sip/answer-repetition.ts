import { after, type Deadline, type Duration, type Instant } from "../../core/time.js";
import type { WrittenResponse } from "./effects.js";
import { exchangeLimit, type SipTimers } from "./timers.js";
import type { TransactionId } from "./transaction-layer.js";

/** A 2xx that is sent until its ACK comes: the callee's duty, not its transaction's (RFC 3261 §13.3.1.4). */
export interface AnswerRepetition {
  readonly transaction: TransactionId;
  readonly response: WrittenResponse;
  /** Number of the INVITE, which the ACK has, too. */
  readonly sequence: number;
  /** Whether the 2xx carries an offer, so that the ACK must carry the answer. */
  readonly offered: boolean;
  readonly resendAt: Instant;
  readonly interval: Duration;
  readonly until: Instant;
}

/** The repetition of a 2xx that is sent now for the first time. */
export function beginRepetition(
  answer: Pick<AnswerRepetition, "transaction" | "response" | "sequence" | "offered">,
  timers: SipTimers,
  now: Instant,
): AnswerRepetition {
  return {
    ...answer,
    resendAt: after(now, timers.t1),
    interval: timers.t1,
    until: after(now, exchangeLimit(timers)),
  };
}

/** The repetition after it was sent once more. */
export function repeated(repetition: AnswerRepetition, timers: SipTimers, now: Instant): AnswerRepetition {
  const interval = Math.min(2 * repetition.interval, timers.t2);
  return { ...repetition, interval, resendAt: after(now, interval) };
}

export function repetitionDeadline(repetition: AnswerRepetition): Deadline {
  return repetition.resendAt < repetition.until
    ? { at: repetition.resendAt, reason: "SIP 2xx repeated" }
    : { at: repetition.until, reason: "SIP ACK missing" };
}
