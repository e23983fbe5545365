/**
 * Why bytes could not be read. One form for every decoder of this layer: what was wrong, where, and in what.
 */
export type WireFault =
  | "truncated"
  | "trailing-bytes"
  | "not-shortest"
  | "wrong-type"
  | "out-of-range"
  | "wrong-length"
  | "too-deep"
  | "bad-text"
  | "key-order"
  | "unknown-kind"
  | "bad-syntax"
  | "missing"
  | "too-long";

/** A decoding error: `at` is the offset in the bytes given, `in` the field path, as in "store/generation". */
export interface WireError {
  readonly kind: WireFault;
  readonly at: number;
  readonly in: string;
}

/** One line for a log or a console: "store/generation: out-of-range at byte 17". */
export function wireErrorText(error: WireError): string {
  return `${error.in}: ${error.kind} at byte ${error.at}`;
}
