/**
 * Our own mistakes, as opposed to bad input (a `Result`) and expected outcomes (a named union).
 * An assertion that fails stops the phone; it stays on in production.
 */

/** Stops with `message` when `condition` is false. Never use it on anything that came from outside. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** The value, or a stop when it is absent: for look-ups whose presence an invariant guarantees. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`assertion failed: ${what} is absent`);
  return value;
}
