import { decode, encode } from "muster/g711";
import { scale } from "muster/samples";
import type { FrameCodec, Law } from "../frame-codec.js";

/** What a platform lends; a function of a module, for it is in flash. */
export function nativeCodec(law: Law): FrameCodec {
  return new NativeG711(law);
}

/** G.711 in C: the same codes as firmware/media/g711.ts, encoded at a seventieth of the instructions. */
export class NativeG711 implements FrameCodec {
  readonly #law: 0 | 1;

  constructor(law: Law) {
    this.#law = law === "PCMU" ? 0 : 1;
  }

  encode(samples: Int16Array, target: Uint8Array, at: number): void {
    encode(this.#law, samples, target, at);
  }

  decode(codes: Uint8Array, target: Int16Array, at: number): void {
    decode(this.#law, codes, target, at);
  }

  scale(samples: Int16Array, gain: number): void {
    scale(samples, gain);
  }
}
