import { dnsNamesBytesMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { decodeText } from "../core/text.js";
import type { WireError, WireFault } from "./wire-error.js";

/** A domain name: its labels, the root's left out. Of ASCII letters the case does not count (RFC 1035 §2.3.3). */
export type DnsName = readonly string[];

/** Longest label and longest name with the lengths of its labels, bytes (RFC 1035 §3.1). */
const labelBytesMax = 63;
const nameBytesMax = 255;
/** A length of this, or more, says where the name goes on. */
const pointer = 0xc0;

/** Whether two names are the same. */
export function sameDnsName(a: DnsName, b: DnsName): boolean {
  return a.length === b.length && a.every((label, at) => label.toLowerCase() === b[at]?.toLowerCase());
}

/**
 * Reads a DNS message field by field (RFC 1035 §4.1). After the first fault every field is empty and the place stays
 * where it is: who reads looks for it once, at the end.
 */
export class DnsReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** What all names of the message together may still take, so that little is not unpacked into much. */
  #namesLeft = dnsNamesBytesMax;
  #error: WireError | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  fail(field: string, kind: WireFault, at: number = this.#at): void {
    this.#error ??= { kind, at, in: `dns/${field}` };
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  uint(field: string, length: 1 | 2 | 4): number {
    let value = 0;
    for (const byte of this.bytes(field, length)) value = 256 * value + byte;
    return value;
  }

  /** A view of so many bytes. */
  bytes(field: string, length: number): Uint8Array {
    if (!this.failed && this.#at + length > this.#bytes.length)
      this.fail(field, "truncated", this.#bytes.length);
    if (this.failed) return this.#bytes.subarray(0, 0);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A name; where it goes on elsewhere, that is always nearer the beginning than before (RFC 1035 §4.1.4). */
  name(field: string): DnsName {
    const labels: string[] = [];
    let length = 1;
    let end: number | undefined;
    let before = this.#at;
    for (let size = this.uint(field, 1); size !== 0; size = this.uint(field, 1)) {
      if (size >= pointer) {
        const target = ((size - pointer) << 8) | this.uint(field, 1);
        end ??= this.#at;
        this.goBack(field, target, before);
        before = target;
      } else {
        length += 1 + size;
        if (size > labelBytesMax || length > nameBytesMax) this.fail(field, "too-long");
        labels.push(this.text(field, size));
      }
    }
    this.#at = end ?? this.#at;
    this.#namesLeft -= length;
    if (this.#namesLeft < 0) this.fail(field, "too-long");
    return labels;
  }

  finish<T>(value: T): Result<T, WireError> {
    if (this.#error !== undefined) return err(this.#error);
    if (this.#at === this.#bytes.length) return ok(value);
    return err({ kind: "trailing-bytes", at: this.#at, in: "dns" });
  }

  private goBack(field: string, target: number, before: number): void {
    if (target >= before) this.fail(field, "out-of-range");
    else this.#at = target;
  }

  private text(field: string, size: number): string {
    const at = this.#at;
    const text = decodeText(this.bytes(field, size));
    if (text === undefined) this.fail(field, "bad-text", at);
    return text ?? "";
  }
}
