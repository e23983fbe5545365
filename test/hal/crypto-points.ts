import { createHash } from "node:crypto";
import { concatBytes } from "../../firmware/core/bytes.js";
import {
  addPoints,
  basePoint,
  decodePoint,
  encodePoint,
  fieldPrime,
  groupOrder,
  isIdentity,
  littleEndian,
  littleEndianBytes,
  multiplyPoint,
  type Point,
} from "../../hal/portable/edwards25519.js";
import { seed } from "../support/seed.js";

/** Byte `i` of a stream that belongs to this run's seed and `name`. */
export function stream(name: string, count: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; 64 * i < count; i++)
    parts.push(createHash("sha512").update(`${seed} ${name} ${i}`).digest());
  return concatBytes(...parts).slice(0, count);
}

/** A point of order 8: any point times the group order, where that leaves one. */
export function torsionPoint(): Point {
  for (let y = 2n; ; y++) {
    const point = decodePoint(littleEndianBytes(y));
    const torsion = point === undefined ? undefined : multiplyPoint(groupOrder, point);
    if (torsion !== undefined && !isIdentity(multiplyPoint(4n, torsion))) return torsion;
  }
}

/** The eight points whose order divides 8, encoded, and the second encodings that some of them have. */
export function smallOrderEncodings(): Uint8Array[] {
  const torsion = torsionPoint();
  const encodings: Uint8Array[] = [];
  for (let i = 0n; i < 8n; i++) encodings.push(encodePoint(multiplyPoint(i, torsion)));
  for (const y of [0n, 1n, fieldPrime - 1n, fieldPrime, fieldPrime + 1n]) {
    for (const sign of [0, 0x80]) {
      const bytes = littleEndianBytes(y);
      bytes[31] = (bytes[31] ?? 0) | sign;
      encodings.push(bytes);
    }
  }
  return encodings;
}

/** A multiple of the base point, moved by a torsion point. */
export interface MovedPoint {
  readonly scalar: bigint;
  readonly torsion: Point;
}

/** A signature that satisfies the equation for a moved key and a moved commitment, but for the torsion. */
export function torsionSignature(
  { scalar: a, torsion: keyTorsion }: MovedPoint,
  { scalar: r, torsion: commitmentTorsion }: MovedPoint,
  message: Uint8Array,
): {
  key: Uint8Array;
  signature: Uint8Array;
} {
  const key = encodePoint(addPoints(multiplyPoint(a, basePoint()), keyTorsion));
  const commitment = encodePoint(addPoints(multiplyPoint(r, basePoint()), commitmentTorsion));
  const hash = createHash("sha512").update(commitment).update(key).update(message).digest();
  const s = (r + littleEndian(hash) * a) % groupOrder;
  return { key, signature: concatBytes(commitment, littleEndianBytes(s)) };
}
