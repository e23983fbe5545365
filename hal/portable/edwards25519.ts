/**
 * The curve edwards25519 (RFC 7748 §4.1, RFC 8032 §5.1) in whole numbers: for judging points, not for
 * secrets. It is slow and its time depends on its input.
 */

/** A point in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
export interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

/** The field's prime, 2^255 - 19. */
export const fieldPrime: bigint = 2n ** 255n - 19n;
/** The order of the prime subgroup. */
export const groupOrder: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * The point of a 32-byte encoding, or `undefined` where there is none or y is not below the prime (RFC 8032
 * §5.1.3).
 */
export function decodePoint(bytes: Uint8Array): Point | undefined {
  const encoded = littleEndian(bytes);
  const odd = encoded >> 255n === 1n;
  const y = encoded & ((1n << 255n) - 1n);
  if (bytes.length !== 32 || y >= fieldPrime) return undefined;
  const x = recoverX(y, odd);
  return x === undefined ? undefined : affine(x, y);
}

/** The base point. */
export function basePoint(): Point {
  const y = mod(4n * inverse(5n));
  return affine(recoverX(y, false) ?? 0n, y);
}

export function addPoints(p: Point, q: Point): Point {
  const a = mod((p.Y - p.X) * (q.Y - q.X));
  const b = mod((p.Y + p.X) * (q.Y + q.X));
  const c = mod(2n * p.T * q.T * curveD());
  const d = mod(2n * p.Z * q.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

/** `scalar` times `p`, by doubling and adding. */
export function multiplyPoint(scalar: bigint, p: Point): Point {
  let sum: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
  let addend = p;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = addPoints(sum, addend);
    addend = addPoints(addend, addend);
  }
  return sum;
}

export function isIdentity(p: Point): boolean {
  return p.X === 0n && p.Y === p.Z;
}

/** Whether the point's order divides 8. */
export function isSmallOrder(p: Point): boolean {
  return isIdentity(multiplyPoint(8n, p));
}

/** Whether the point is a multiple of the base point. */
export function isInPrimeSubgroup(p: Point): boolean {
  return isIdentity(multiplyPoint(groupOrder, p));
}

/** The u coordinate of the point on the Montgomery curve, 32 B (RFC 7748 §4.1): (1 + y) / (1 - y). */
export function montgomeryU(p: Point): Uint8Array {
  return littleEndianBytes(mod((p.Z + p.Y) * inverse(mod(p.Z - p.Y))));
}

/** Encodes a point: y, and the lowest bit of x in the highest bit. */
export function encodePoint(p: Point): Uint8Array {
  const z = inverse(p.Z);
  const bytes = littleEndianBytes(mod(p.Y * z));
  if (mod(p.X * z) & 1n) bytes[31] = (bytes[31] ?? 0) | 0x80;
  return bytes;
}

/** A number from its bytes, lowest first. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

/** 32 bytes of a number, lowest first. */
export function littleEndianBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** d of the curve's equation -x² + y² = 1 + d·x²·y². */
function curveD(): bigint {
  return 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
}

function affine(x: bigint, y: bigint): Point {
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

/** x from x² = (y² - 1) / (d·y² + 1), of the wanted parity. */
function recoverX(y: bigint, odd: boolean): bigint | undefined {
  const square = mod((y * y - 1n) * inverse(mod(curveD() * y * y + 1n)));
  let x = power(square, (fieldPrime + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (fieldPrime - 1n) / 4n));
  if (mod(x * x - square) !== 0n) return undefined;
  if (x === 0n && odd) return undefined;
  return (x & 1n) === (odd ? 1n : 0n) ? x : fieldPrime - x;
}

function inverse(value: bigint): bigint {
  return power(value, fieldPrime - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % fieldPrime;
    square = (square * square) % fieldPrime;
  }
  return result;
}

function mod(value: bigint): bigint {
  const rest = value % fieldPrime;
  return rest < 0n ? rest + fieldPrime : rest;
}
