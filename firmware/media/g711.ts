/**
 * G.711 (ITU-T G.711): 8 bits a sample, µ-law and A-law. Read first: README.md, "What a sample costs".
 *
 * A code is a sign, a segment of 3 bits and a place in it of 4 bits; a segment is twice as wide as the one before.
 * Decoding is exact; encoding picks the segment by one look-up, and the place in it by one shift.
 */

import type { FrameCodec, Law } from "../../hal/frame-codec.js";

export type { FrameCodec, Law } from "../../hal/frame-codec.js";

/** Static RTP payload types of the two laws (RFC 3551 §6). */
export const payloadTypeOfLaw: { readonly PCMU: number; readonly PCMA: number } = { PCMU: 0, PCMA: 8 };

/** One sample from a µ-law code 0 .. 255, scaled to 16 bits: -32124 .. 32124. */
export function decodeMuLaw(code: number): number {
  const inverted = ~code & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + muLawBias) << ((inverted >> 4) & 7)) - muLawBias;
  return inverted >= 0x80 ? -magnitude : magnitude;
}

/** One sample from an A-law code 0 .. 255, scaled to 16 bits: -32256 .. 32256. */
export function decodeALaw(code: number): number {
  const toggled = code ^ 0x55;
  const segment = (toggled >> 4) & 7;
  const place = ((toggled & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? place : (place + 0x100) << (segment - 1);
  return toggled >= 0x80 ? magnitude : -magnitude;
}

/** The codec of `law`, with 768 bytes of tables that live as long as it does. */
export class G711 implements FrameCodec {
  readonly #law: Law;
  readonly #samples: Int16Array = new Int16Array(256);
  /** Segment by the upper 8 bits of a 15-bit magnitude. */
  readonly #segments: Uint8Array = new Uint8Array(256);

  constructor(law: Law) {
    this.#law = law;
    for (let i = 0; i < 256; i++) {
      this.#samples[i] = law === "PCMU" ? decodeMuLaw(i) : decodeALaw(i);
      this.#segments[i] = Math.max(0, 31 - Math.clz32(i));
    }
  }

  encode(samples: Int16Array, target: Uint8Array, at: number): void {
    if (this.#law === "PCMU") this.encodeMuLaw(samples, target, at);
    else this.encodeALaw(samples, target, at);
  }

  decode(codes: Uint8Array, target: Int16Array, at: number): void {
    const samples = this.#samples;
    const count = codes.length;
    for (let i = 0; i < count; i++) target[at++] = samples[codes[i] as number] as number;
  }

  scale(samples: Int16Array, gain: number): void {
    for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i] as number) * gain + 0x4000) >> 15;
  }

  private encodeMuLaw(samples: Int16Array, target: Uint8Array, at: number): void {
    const segments = this.#segments;
    const count = samples.length;
    for (let i = 0; i < count; i++) {
      const sample = samples[i] as number;
      let magnitude = (sample < 0 ? -sample : sample) + muLawBias;
      if (magnitude > 0x7fff) magnitude = 0x7fff;
      const segment = segments[magnitude >> 7] as number;
      // The place's leading bit is always set: subtracting it from the sum is cheaper than masking it away.
      target[at++] = (sample < 0 ? 0x8f : 0x10f) - (segment << 4) - (magnitude >> (segment + 3));
    }
  }

  private encodeALaw(samples: Int16Array, target: Uint8Array, at: number): void {
    const segments = this.#segments;
    const count = samples.length;
    for (let i = 0; i < count; i++) {
      const sample = samples[i] as number;
      const magnitude = sample < 0 ? ~sample : sample;
      const segment = segments[magnitude >> 7] as number;
      const code = segment === 0 ? magnitude >> 4 : (segment << 4) + (magnitude >> (segment + 3)) - 0x10;
      target[at++] = (sample < 0 ? code : code + 0x80) ^ 0x55;
    }
  }
}

/** 132: what makes each µ-law segment begin at a power of two. */
const muLawBias = 0x84;
