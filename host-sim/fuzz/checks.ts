import { toHex } from "../../firmware/core/bytes.js";
import type { Result } from "../../firmware/core/result.js";
import { must, type Verdict } from "./decoder.js";

/** An error as every decoder gives it: what, where, in what. */
export interface DecodingError {
  readonly kind: string;
  readonly at: number;
  readonly in: string;
}

/** Checks that an error names a kind, a field, and a place inside the input. */
export function refused(error: DecodingError, inputLength: number): Verdict {
  must(error.kind !== "", "the error has no kind");
  must(error.in !== "", "the error does not say in what");
  const inside = Number.isInteger(error.at) && error.at >= 0 && error.at <= inputLength;
  must(inside, `${error.in}: ${error.kind} at ${error.at}, outside the ${inputLength} bytes read`);
  return error.kind;
}

type Decode<T> = (bytes: Uint8Array) => Result<T, DecodingError>;
type Encode<T> = (value: T) => Uint8Array;

/** For a deterministic encoding: what is accepted is written as the very bytes that were read. */
export function exactly<T>(bytes: Uint8Array, decode: Decode<T>, encode: Encode<T>): Verdict {
  return judged(bytes, decode, (value) => {
    mustEqual(encode(value), bytes, "written again");
  });
}

/** For an encoding with choices: what is written reads as the same. */
export function alike<T>(bytes: Uint8Array, decode: Decode<T>, encode: Encode<T>): Verdict {
  return judged(bytes, decode, (value) => {
    const again = decode(writtenAgain(bytes, encode(value)));
    must(again.ok, "written again it is refused");
    mustBeSame(again.value, value);
  });
}

/**
 * For what is read tolerantly and written strictly: what is written is read, and then written the same; and `meaning`,
 * what must come through whole, is as it was.
 */
export function settled<T>(
  bytes: Uint8Array,
  decode: Decode<T>,
  encode: Encode<T>,
  meaning: (value: T) => unknown,
): Verdict {
  return judged(bytes, decode, (value) => {
    const written = writtenAgain(bytes, encode(value));
    const again = decode(written);
    if (!again.ok) {
      const { error } = again;
      // What was read at its longest may be longer in the form it is written in.
      must(error.kind === "too-long", `written again it is refused: ${error.in}: ${error.kind}`);
      return;
    }
    mustEqual(encode(again.value), written, "written a third time");
    mustBeSame(meaning(again.value), meaning(value));
  });
}

/** Refused with a good error, or accepted and `check` is content with it. */
function judged<T>(bytes: Uint8Array, decode: Decode<T>, check: (value: T) => void): Verdict {
  const read = decode(bytes);
  if (!read.ok) return refused(read.error, bytes.length);
  check(read.value);
  return "accepted";
}

function writtenAgain(bytes: Uint8Array, written: Uint8Array): Uint8Array {
  mustBeBounded(written.length, bytes.length, "what was written again");
  return written;
}

/** What comes out grows with what came in, and no faster than four times. */
export function mustBeBounded(outLength: number, inLength: number, what: string): void {
  must(outLength <= 4 * inLength + 1024, `${what} has ${outLength} bytes for ${inLength}`);
}

export function mustEqual(bytes: Uint8Array, expected: Uint8Array, what: string): void {
  const same = Buffer.compare(bytes, expected) === 0;
  must(
    same,
    same ? "" : `${what} it is ${toHex(bytes.subarray(0, 200))}, not ${toHex(expected.subarray(0, 200))}`,
  );
}

/** Equal in everything but offsets, which tell where a field stood. */
export function mustBeSame(value: unknown, expected: unknown): void {
  const path = difference(value, expected);
  must(path === undefined, `read again it differs in ${path ?? ""}`);
}

function difference(a: unknown, b: unknown): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return `${String(a)} ${String(b)}`;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return "the number of its fields";
  for (const name of names) {
    if (name === "at" && typeof left[name] === "number") continue;
    const below = difference(left[name], right[name]);
    if (below !== undefined) return `${name}/${below}`;
  }
  return undefined;
}
