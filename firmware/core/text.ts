/**
 * UTF-8 without a platform codec: XS has no TextEncoder. Decoding is strict (RFC 3629 §3): overlong forms,
 * surrogates and values past U+10FFFF are refused, so that one text has one encoding.
 */

/**
 * How many units of `text` the code point at `at` takes. Units are those of UTF-16, where an emoji takes two, or whole
 * code points: XS has those on the device.
 */
export function unitsAt(text: string, at: number): 1 | 2 {
  return text.charCodeAt(at) <= 0xffff && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** UTF-8 of `text`; a lone surrogate becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(4 * text.length);
  let at = 0;
  for (let i = 0; i < text.length; i += unitsAt(text, i)) {
    let point = text.codePointAt(i) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    at = writePoint(bytes, at, point);
  }
  return bytes.slice(0, at);
}

/** The text of `bytes`, or `undefined` where they are not well-formed UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const plain = asciiRun(bytes, at);
    if (plain > at) {
      text += octetText(bytes.subarray(at, plain));
      at = plain;
      continue;
    }
    const length = sequenceLength(bytes[at] ?? 0);
    const point = readPoint(bytes, at, length);
    if (point === undefined) return undefined;
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

/** The text of bytes that are ASCII by construction; any other byte is shown as `?`. */
export function decodeAscii(bytes: Uint8Array): string {
  return octetText(bytes.map((byte) => (byte < 0x80 ? byte : 0x3f)));
}

/**
 * Each octet as the character of its number (ISO 8859-1). Made of a few characters at a time: one by one costs XS a
 * string each, and all at once a stack as deep as the text is long.
 */
export function octetText(bytes: Uint8Array): string {
  if (bytes.length <= charactersAtOnce) return String.fromCharCode(...bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += charactersAtOnce) {
    text += String.fromCharCode(...bytes.subarray(at, at + charactersAtOnce));
  }
  return text;
}

const charactersAtOnce = 32;

/** Where the ASCII that begins at `at` ends. */
function asciiRun(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && (bytes[end] ?? 0) < 0x80) end++;
  return end;
}

/** Bytes in the sequence that `lead` begins, 0 where it begins none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function readPoint(bytes: Uint8Array, at: number, length: number): number | undefined {
  if (length === 0 || at + length > bytes.length) return undefined;
  let point = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  return point < (leastOfLength[length] ?? 0) || !isScalar(point) ? undefined : point;
}

/** Whether a code point may stand in UTF-8: no surrogate, and within Unicode. */
function isScalar(point: number): boolean {
  return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

/** The least code point that needs a sequence of so many bytes: a smaller one would be overlong. */
const leastOfLength: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

function writePoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at] = point;
    return at + 1;
  }
  const following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[at] = ((0xff00 >> (following + 1)) & 0xff) | (point >> (6 * following));
  for (let i = 1; i <= following; i++) {
    bytes[at + i] = 0x80 | ((point >> (6 * (following - i))) & 0x3f);
  }
  return at + following + 1;
}
