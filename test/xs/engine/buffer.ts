import { TextDecoder, TextEncoder } from "./text-codec.js";

type Encoding = "utf8" | "utf-8" | "hex" | "base64" | "latin1";

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The part of Node's `Buffer` that tests use, for XS. `buffer.test.ts` compares it with Node's. */
export class Buffer extends Uint8Array {
  static override from(
    source: string | ArrayLike<number> | ArrayBuffer | Iterable<number>,
    encodingOrOffset?: unknown,
    length?: unknown,
  ): Buffer {
    if (typeof source === "string") return filled(decoded(source, (encodingOrOffset ?? "utf8") as Encoding));
    if (source instanceof ArrayBuffer) {
      return new Buffer(source, encodingOrOffset as number | undefined, length as number | undefined);
    }
    return filled(Uint8Array.from(source as ArrayLike<number>));
  }

  static alloc(length: number): Buffer {
    return new Buffer(length);
  }

  static concat(parts: readonly Uint8Array[]): Buffer {
    const whole = new Buffer(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  static compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const [left = 0, right = 0] = [a[i], b[i]];
      if (left !== right) return left < right ? -1 : 1;
    }
    return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
  }

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0;
  }

  /** Node's does not copy. */
  override slice(start?: number, end?: number): Buffer {
    return this.subarray(start, end) as unknown as Buffer;
  }

  readUIntBE(at: number, length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = 256 * value + (this[at + i] ?? 0);
    return value;
  }

  override toString(encoding: Encoding = "utf8"): string {
    if (encoding === "hex") return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (encoding === "latin1") return Array.from(this, (byte) => String.fromCharCode(byte)).join("");
    if (encoding === "base64") return base64Text(this);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
  }
}

function filled(bytes: Uint8Array): Buffer {
  return new Buffer(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}

function decoded(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "hex") return hexBytes(text);
  if (encoding === "base64") return base64Bytes(text);
  if (encoding === "latin1") return Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new TextEncoder().encode(text);
}

// Both go through the text by its iterator: on XS, whose strings are UTF-8, reaching the n-th unit takes n steps.

/** Up to the first that is no pair of digits. */
function hexBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  let high = "";
  for (const digit of text) {
    if (!/^[0-9a-f]$/i.test(digit)) break;
    if (high !== "") bytes.push(parseInt(high + digit, 16));
    high = high === "" ? digit : "";
  }
  return Uint8Array.from(bytes);
}

function base64Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let [bits, digits, at] = [0, 0, 0];
  for (const digit of text) {
    if (digit === "=") break;
    bits = ((bits << 6) | valueOf(digit.charCodeAt(0))) & 0xffffff;
    const left = digits++ % 4;
    if (left !== 0) bytes[at++] = bits >> (6 - 2 * left);
  }
  return bytes.subarray(0, at);
}

function valueOf(code: number): number {
  if (code >= 97) return code - 71;
  if (code >= 65) return code - 65;
  if (code >= 48) return code + 4;
  return code === 43 ? 62 : 63;
}

function base64Text(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (let shift = 18; shift >= 0; shift -= 6) text += base64Digits[(bits >> shift) & 63] ?? "";
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return missing === 0 ? text : text.slice(0, -missing) + "=".repeat(missing);
}
