import type { Instant } from "../firmware/core/time.js";

/** The monotonic clock: milliseconds since switching on (or any fixed moment); fractions allowed. */
export interface Clock {
  now(): Instant;
}

/** The one timer of the driver. Arming again replaces what was armed. */
export interface Timer {
  /** Calls the handler given at opening, once, at `at` or soon after. */
  arm(at: Instant): void;
  disarm(): void;
}
