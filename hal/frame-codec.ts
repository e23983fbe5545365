/** The two laws of G.711 by their names in SDP (RFC 3551 §6). */
export type Law = "PCMU" | "PCMA";

/** Makes the codec of a law. */
export type FrameCodecOf = (law: Law) => FrameCodec;

/** Encodes and decodes whole frames: what costs a script most in a call. */
export interface FrameCodec {
  /** Encodes all `samples` into as many bytes of `target` from `at` on. */
  encode(samples: Int16Array, target: Uint8Array, at: number): void;
  /** Decodes all of `codes` into `target` from `at` on. */
  decode(codes: Uint8Array, target: Int16Array, at: number): void;
  /** Multiplies each sample by gain / 32768, in place; gain 0 .. 32768. */
  scale(samples: Int16Array, gain: number): void;
}
