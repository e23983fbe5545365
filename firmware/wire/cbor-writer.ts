import { assert } from "../core/assert.js";
import { encodeText } from "../core/text.js";

const initialBytes = 128;

/**
 * Writes deterministic CBOR (RFC 8949 §4.2.1): shortest integers and lengths, definite lengths only. The caller
 * writes map keys in their order (bytewise, which for small integers is numeric, non-negative first).
 *
 * `rule` names the CDDL rule the finished item conforms to; the tests validate each finished item against it.
 */
export class CborWriter {
  readonly rule: string;
  #bytes = new Uint8Array(initialBytes);
  #length = 0;

  constructor(rule: string) {
    this.rule = rule;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Begins an array of `count` items. */
  array(count: number): this {
    return this.head(4, count);
  }

  /** Begins a map of `count` pairs. */
  map(count: number): this {
    return this.head(5, count);
  }

  /** A whole number 0 .. 2^53-1. */
  uint(value: number): this {
    return this.head(0, value);
  }

  /** A whole number of either sign, -2^53 .. 2^53-1. */
  int(value: number): this {
    return value < 0 ? this.head(1, -1 - value) : this.head(0, value);
  }

  bytes(value: Uint8Array): this {
    this.head(2, value.length);
    return this.raw(value);
  }

  text(value: string): this {
    const encoded = encodeText(value);
    this.head(3, encoded.length);
    return this.raw(encoded);
  }

  boolean(value: boolean): this {
    return this.byte(value ? 0xf5 : 0xf4);
  }

  null(): this {
    return this.byte(0xf6);
  }

  /** Bytes that are one whole encoded item, or part of one, already. */
  raw(encoded: Uint8Array): this {
    this.reserve(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
    return this;
  }

  /** The encoded item. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  private head(major: number, value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, `${this.rule}: ${value} is no count`);
    const first = major << 5;
    if (value < 24) return this.byte(first | value);
    if (value < 0x100) return this.byte(first | 24).byte(value);
    if (value < 0x10000) return this.byte(first | 25).uint16(value);
    if (value < 0x100000000) return this.byte(first | 26).uint32(value);
    return this.byte(first | 27)
      .uint32(Math.floor(value / 0x100000000))
      .uint32(value % 0x100000000);
  }

  private uint32(value: number): this {
    return this.uint16(Math.floor(value / 0x10000)).uint16(value % 0x10000);
  }

  private uint16(value: number): this {
    return this.byte(value >> 8).byte(value & 0xff);
  }

  private byte(value: number): this {
    this.reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  private reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
