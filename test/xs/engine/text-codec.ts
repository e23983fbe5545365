/**
 * UTF-8 as browsers and Node have it, for tests on XS, which has neither class. It shares nothing with the codec of
 * firmware/core/text.ts, which is compared with it.
 */
const replacement = 0xfffd;

/** `TextEncoder`: lone surrogates become U+FFFD. */
export class TextEncoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    const bytes: number[] = [];
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0;
      pushPoint(bytes, point >= 0xd800 && point <= 0xdfff ? replacement : point);
    }
    return Uint8Array.from(bytes);
  }
}

function pushPoint(bytes: number[], point: number): void {
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(0));
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(6), tail(0));
  else bytes.push(0xf0 | (point >> 18), tail(12), tail(6), tail(0));
}

/** `TextDecoder` for UTF-8: what is not well-formed becomes U+FFFD, or throws where `fatal` was asked for. */
export class TextDecoder {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(encoding = "utf-8", options: { readonly fatal?: boolean; readonly ignoreBOM?: boolean } = {}) {
    if (!/^utf-?8$/i.test(encoding)) throw new RangeError(`no codec for ${encoding}`);
    this.fatal = options.fatal ?? false;
    this.ignoreBOM = options.ignoreBOM ?? false;
  }

  decode(input: ArrayBuffer | ArrayBufferView = new Uint8Array(0)): string {
    const bytes =
      input instanceof ArrayBuffer
        ? new Uint8Array(input)
        : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const pieces: string[] = [];
    for (let at = hasMark && !this.ignoreBOM ? 3 : 0; at < bytes.length;) {
      const { length, point } = sequenceAt(bytes, at);
      if (point === undefined && this.fatal) throw new TypeError(`not UTF-8 at byte ${at}`);
      pieces.push(String.fromCodePoint(point ?? replacement));
      at += length;
    }
    return pieces.join("");
  }
}

/**
 * The sequence that begins at `at`. One that is not well-formed has no point, and is as long as what could still have
 * become a sequence (the Unicode Standard's "maximal subpart"), at least one byte.
 */
function sequenceAt(bytes: Uint8Array, at: number): { length: number; point?: number } {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { length: 1, point: lead };
  const following = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  let point = lead & (0x3f >> following);
  for (let i = 1; i <= following; i++) {
    const byte = bytes[at + i];
    const [least, most] = i === 1 ? secondWithin(lead) : [0x80, 0xbf];
    if (byte === undefined || byte < least || byte > most) return { length: i };
    point = (point << 6) | (byte & 0x3f);
  }
  return following === 0 ? { length: 1 } : { length: following + 1, point };
}

/** Table 3-7 of the Unicode Standard: which second bytes make no overlong form, surrogate or value too large. */
function secondWithin(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}
