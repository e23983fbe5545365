/**
 * Time as the firmware knows it: whole milliseconds since the phone was switched on. No wall clock is assumed.
 * Moments are whole numbers so that "is it due" and "when is it due" can never disagree by a rounding error:
 * a machine whose deadline has come by one and not by the other would be woken for ever.
 */

/** A moment: whole milliseconds on the monotonic clock of this node. The driver rounds the platform's clock down. */
export type Instant = number & { readonly __unit: "instant ms" };

/** A span of time in milliseconds. */
export type Duration = number;

/** When a machine wants to run again, and why; the simulator prints the reason. */
export interface Deadline {
  readonly at: Instant;
  readonly reason: string;
}

/** A moment from a count of milliseconds, as a clock reads it. */
export function instant(milliseconds: number): Instant {
  return milliseconds as Instant;
}

/** The first whole moment that is at least `duration` ms after `at`. */
export function after(at: Instant, duration: Duration): Instant {
  return Math.ceil(at + duration) as Instant;
}

/** Milliseconds from `earlier` to `later`. */
export function elapsed(earlier: Instant, later: Instant): Duration {
  return later - earlier;
}

/** The earlier of two deadlines, either of which may be absent. */
export function earliest(a: Deadline | undefined, b: Deadline | undefined): Deadline | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return b.at < a.at ? b : a;
}
