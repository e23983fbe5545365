import { err, ok, type Result } from "../../core/result.js";
import type { WireError, WireFault } from "../wire-error.js";
import { isDigit, isSpace, isTokenCode } from "./octets.js";

/**
 * Reads one header value (or a start line, or a URI) from left to right. Total, as `CborReader` is: the first thing
 * wrong is remembered, what is read after it is empty, and `finish` tells once whether the whole is true.
 */
export class Scanner {
  readonly #text: string;
  readonly #name: string;
  readonly #base: number;
  #at = 0;
  #error: WireError | undefined;

  /** `name` begins the path in errors; `base` is where `text` stands in the datagram. */
  constructor(text: string, name: string, base: number) {
    this.#text = text;
    this.#name = name;
    this.#base = base;
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** Whether nothing is left, or nothing may be read any more. */
  get ended(): boolean {
    return this.failed || this.#at >= this.#text.length;
  }

  /** Offset of the next character in the datagram. */
  get offset(): number {
    return this.#base + Math.min(this.#at, this.#text.length);
  }

  /** The next character without reading it, "" at the end. */
  peek(): string {
    return this.ended ? "" : this.#text.charAt(this.#at);
  }

  /** Passes over spaces and tabs; folded lines were made spaces before. */
  space(): this {
    while (!this.ended && isSpace(this.code())) this.#at++;
    return this;
  }

  /** Reads `separator` with the white space around it; false, and only the space before it read, if another comes. */
  accept(separator: string): boolean {
    this.space();
    if (this.peek() !== separator) return false;
    this.#at++;
    this.space();
    return true;
  }

  /** As `accept`, but anything else is an error. */
  expect(separator: string, field: string): this {
    if (!this.accept(separator)) this.fail(field, this.ended ? "truncated" : "bad-syntax");
    return this;
  }

  /** The longest run, at least one character, of those `allowed`. */
  run(field: string, allowed: (code: number) => boolean): string {
    const start = this.#at;
    while (!this.ended && allowed(this.code())) this.#at++;
    if (this.#at === start) this.fail(field, this.ended ? "missing" : "bad-syntax");
    return this.failed ? "" : this.#text.slice(start, this.#at);
  }

  /** A token (RFC 3261 §25.1). */
  token(field: string): string {
    return this.run(field, isTokenCode);
  }

  /** A decimal number `0 .. most`; leading zeros are tolerated. */
  number(field: string, most: number): number {
    const at = this.offset;
    const value = Number(this.run(field, isDigit));
    return value <= most ? value : this.fail(field, "out-of-range", at);
  }

  /** A quoted string, its quotes and escapes included. */
  quoted(field: string): string {
    const start = this.#at;
    if (this.peek() !== '"') this.fail(field, "bad-syntax");
    this.#at++;
    while (!this.ended && this.#text.charAt(this.#at) !== '"') {
      this.#at += this.#text.charAt(this.#at) === "\\" ? 2 : 1;
    }
    if (this.#at >= this.#text.length) this.fail(field, "truncated", this.#base + start);
    this.#at++;
    return this.failed ? "" : this.#text.slice(start, this.#at);
  }

  /** Everything up to `end` (which must come and is passed over). */
  upTo(end: string, field: string): string {
    const start = this.#at;
    const found = this.#text.indexOf(end, start);
    if (found < 0) this.fail(field, "truncated");
    if (this.failed) return "";
    this.#at = found + 1;
    return this.#text.slice(start, found);
  }

  /** What is left. */
  rest(): string {
    const text = this.failed ? "" : this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return text;
  }

  /** The value of a nested reading, or `undefined` with its error noted here. */
  adopt<T>(result: Result<T, WireError>): T | undefined {
    if (result.ok) return result.value;
    this.#error ??= { ...result.error, in: `${this.#name}/${result.error.in}` };
    return undefined;
  }

  /**
   * Notes an error of the caller's finding, at an offset in the datagram; returns 0 so that it can stand for a
   * value.
   */
  fail(field: string, kind: WireFault, at: number = this.offset): 0 {
    this.#error ??= { kind, at, in: `${this.#name}/${field}` };
    return 0;
  }

  /** `value` if nothing was wrong and nothing but space is left over. */
  finish<T>(value: T): Result<T, WireError> {
    this.space();
    if (!this.ended) this.fail("end", "trailing-bytes");
    return this.#error === undefined ? ok(value) : err(this.#error);
  }

  private code(): number {
    return this.#text.charCodeAt(this.#at);
  }
}
