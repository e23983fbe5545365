import { compareBytes } from "../core/bytes.js";
import { decodeText } from "../core/text.js";
import { err, ok, type Result } from "../core/result.js";
import type { WireError, WireFault } from "./wire-error.js";

/** What the next item is, as its major type (RFC 8949 §3.1) has it. */
export type CborType =
  "uint" | "negative" | "bytes" | "text" | "array" | "map" | "boolean" | "null" | "other" | "end";

/**
 * Reads deterministic CBOR (RFC 8949 §4.2.1) field by field, as a schema asks for it. Total: it never throws. The
 * first thing wrong is remembered and everything read after it is a harmless zero value, so a decoder is written
 * straight down and asks `finish` once whether what it built is true.
 *
 * Refused: integers and lengths not in their shortest form, indefinite lengths, tags, floats, text that is not
 * UTF-8, integers past 2^53-1, and whatever stands after the item.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  #name: string;
  #at = 0;
  #error: WireError | undefined;

  /** `name` begins the path in errors: the CDDL rule being read. */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** Whether something was already wrong; loops over counted items stop on it. */
  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** Names what is read from here on in errors: for a schema that is known only after the first items. */
  within(name: string): this {
    this.#name = name;
    return this;
  }

  /** Offset of the next item, for errors and for slicing raw items. */
  get offset(): number {
    return this.#at;
  }

  /** The type of the next item, without reading it. */
  peek(): CborType {
    const first = this.#bytes[this.#at];
    if (first === undefined || this.failed) return "end";
    if (first >= 0xe0)
      return first === 0xf6 ? "null" : first === 0xf4 || first === 0xf5 ? "boolean" : "other";
    return typeOfMajor[first >> 5] ?? "other";
  }

  /** The head of an array with `least .. most` items; returns their count. */
  array(field: string, least: number, most: number): number {
    return this.counted(field, 4, least, most);
  }

  /** The head of a map with `least .. most` pairs; returns their count. */
  map(field: string, least: number, most: number): number {
    return this.counted(field, 5, least, most);
  }

  /** A whole number 0 .. `most`. */
  uint(field: string, most: number): number {
    const at = this.#at;
    const value = this.head(field, 0);
    return value <= most ? value : this.fail(field, "out-of-range", at);
  }

  /** A whole number of either sign within `least .. most`. */
  int(field: string, least: number, most: number): number {
    const at = this.#at;
    const value = this.peek() === "negative" ? -1 - this.head(field, 1) : this.head(field, 0);
    return value >= least && value <= most ? value : this.fail(field, "out-of-range", at);
  }

  /** A byte string of `least .. most` bytes: a view into the input, to be copied if it outlives it. */
  bytes(field: string, least: number, most: number = least): Uint8Array {
    return this.string(field, 2, least, most);
  }

  /** Text of at most `most` bytes of UTF-8. */
  text(field: string, least: number, most: number): string {
    const at = this.#at;
    const text = decodeText(this.string(field, 3, least, most));
    if (text !== undefined) return text;
    this.fail(field, "bad-text", at);
    return "";
  }

  boolean(field: string): boolean {
    if (this.peek() === "boolean") return this.#bytes[this.#at++] === 0xf5;
    this.fail(field, this.endOrType());
    return false;
  }

  /** Reads a null if one comes next; false leaves the item unread. */
  null(): boolean {
    if (this.peek() !== "null") return false;
    this.#at++;
    return true;
  }

  /** The raw bytes of the next item, of any type, nested at most `depth` deep; keys of its maps must ascend. */
  item(field: string, depth: number): Uint8Array {
    const start = this.#at;
    this.skip(field, depth);
    return this.failed ? this.#bytes.subarray(0, 0) : this.#bytes.subarray(start, this.#at);
  }

  /** Notes an error of the caller's finding at the current place; returns 0 so that it can stand for a value. */
  fail(field: string, kind: WireFault, at: number = this.#at): 0 {
    this.#error ??= { kind, at, in: `${this.#name}/${field}` };
    return 0;
  }

  /** Notes that the array goes on where the schema has no more items for it. */
  refuseItem(field: string): void {
    this.fail(field, this.#at >= this.#bytes.length ? "truncated" : "wrong-length");
  }

  /** `value` if nothing was wrong and nothing is left over; else the first error. */
  finish<T>(value: T): Result<T, WireError> {
    if (this.#error === undefined && this.#at !== this.#bytes.length) {
      return err({ kind: "trailing-bytes", at: this.#at, in: this.#name });
    }
    return this.#error === undefined ? ok(value) : err(this.#error);
  }

  private counted(field: string, major: number, least: number, most: number): number {
    const at = this.#at;
    const count = this.head(field, major);
    if (this.failed) return 0;
    return count >= least && count <= most ? count : this.fail(field, "wrong-length", at);
  }

  private string(field: string, major: number, least: number, most: number): Uint8Array {
    const at = this.#at;
    const length = this.head(field, major);
    const start = this.#at;
    if (!this.failed && (length < least || length > most)) this.fail(field, "wrong-length", at);
    if (!this.failed && start + length > this.#bytes.length) this.fail(field, "truncated", at);
    if (this.failed) return this.#bytes.subarray(0, 0);
    this.#at = start + length;
    return this.#bytes.subarray(start, start + length);
  }

  private head(field: string, major: number): number {
    if (this.failed) return 0;
    const at = this.#at;
    const first = this.#bytes[at];
    if (first === undefined || first >> 5 !== major) return this.fail(field, this.endOrType());
    const low = first & 31;
    this.#at++;
    if (low < 24) return low;
    return low > 27 ? this.fail(field, "wrong-type", at) : this.argument(field, low - 24);
  }

  /** The argument of a head in its 1, 2, 4 or 8 bytes (`size` 0 .. 3). */
  private argument(field: string, size: number): number {
    const head = this.#at - 1;
    const width = 1 << size;
    if (this.#at + width > this.#bytes.length) return this.fail(field, "truncated", head);
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.#at++] ?? 0);
    if (value < (leastOfWidth[size] ?? 0)) return this.fail(field, "not-shortest", head);
    return Number.isSafeInteger(value) ? value : this.fail(field, "out-of-range", head);
  }

  private skip(field: string, depth: number): void {
    if (depth < 0) this.fail(field, "too-deep");
    switch (this.peek()) {
      case "uint":
        this.head(field, 0);
        return;
      case "negative":
        this.head(field, 1);
        return;
      case "bytes":
        this.string(field, 2, 0, this.#bytes.length);
        return;
      case "text":
        this.text(field, 0, this.#bytes.length);
        return;
      case "array":
        this.skipItems(field, this.array(field, 0, this.#bytes.length), depth);
        return;
      case "map":
        this.skipPairs(field, this.map(field, 0, this.#bytes.length), depth);
        return;
      case "boolean":
        this.boolean(field);
        return;
      case "null":
        this.null();
        return;
      case "other":
      case "end":
        this.fail(field, this.endOrType());
    }
  }

  private skipItems(field: string, count: number, depth: number): void {
    for (let i = 0; i < count && !this.failed; i++) this.skip(field, depth - 1);
  }

  /** Keys must ascend bytewise (RFC 8949 §4.2.1), which leaves no room for one twice. */
  private skipPairs(field: string, count: number, depth: number): void {
    let previous = this.#bytes.subarray(0, 0);
    for (let i = 0; i < count && !this.failed; i++) {
      const start = this.#at;
      this.skip(field, depth - 1);
      const key = this.#bytes.subarray(start, this.#at);
      if (compareBytes(previous, key) >= 0) this.fail(field, "key-order", start);
      previous = key;
      this.skip(field, depth - 1);
    }
  }

  private endOrType(): WireFault {
    return this.#at >= this.#bytes.length ? "truncated" : "wrong-type";
  }
}

const typeOfMajor: readonly CborType[] = ["uint", "negative", "bytes", "text", "array", "map"];

/** The least value that needs 1, 2, 4, 8 bytes after the head. */
const leastOfWidth: readonly number[] = [24, 0x100, 0x10000, 0x100000000];
