/** G.711 (ITU-T G.711), equal to firmware/media/g711.ts code by code. */
declare module "muster/g711" {
  /** 0: µ-law, 1: A-law. */
  type LawNumber = 0 | 1;

  /** Encodes all samples into as many bytes of `target` from `at` on. */
  export function encode(law: LawNumber, samples: Int16Array, target: Uint8Array, at: number): void;
  /** Decodes all codes into as many samples of `target` from `at` on. */
  export function decode(law: LawNumber, codes: Uint8Array, target: Int16Array, at: number): void;
}
