/**
 * Where one recording lies in another: cross-correlation by the fast Fourier transform, and by plain sums near a known
 * place.
 */

/**
 * Correlates `sent` with `heard` at every lag from `1 - sent.length` to `heard.length - 1`:
 * element `lag + sent.length - 1` is the sum of sent[i] * heard[i + lag].
 */
export function crossCorrelation(sent: Int16Array, heard: Int16Array): Float64Array {
  const count = sent.length + heard.length - 1;
  let size = 1;
  while (size < count) size *= 2;
  // One transform serves both: the reversed speech is the real part, what was heard the imaginary part. The
  // imaginary part of its square is twice their convolution.
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let i = 0; i < sent.length; i++) real[i] = sent[sent.length - 1 - i] ?? 0;
  for (let i = 0; i < heard.length; i++) imaginary[i] = heard[i] ?? 0;
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    const a = real[i] ?? 0;
    const b = imaginary[i] ?? 0;
    // Conjugated, so that a second forward transform undoes the first.
    real[i] = a * a - b * b;
    imaginary[i] = -2 * a * b;
  }
  transform(real, imaginary);
  return imaginary.subarray(0, count).map((value) => -value / (2 * size));
}

/**
 * The lag within `reach` samples of `lag` at which sent[from..to] correlates best with `heard`; of equals the
 * nearest.
 */
export function bestLagNear(
  signals: { readonly sent: Int16Array; readonly heard: Int16Array },
  stretch: { readonly from: number; readonly to: number },
  lag: number,
  reach: number,
): number {
  const part = signals.sent.subarray(stretch.from, stretch.to);
  const first = stretch.from + lag - reach;
  const around = Int16Array.from(
    { length: part.length + 2 * reach },
    (_, i) => signals.heard[first + i] ?? 0,
  );
  const correlation = crossCorrelation(part, around);
  // The sums are whole numbers: rounding takes the transform's error away, so that equals are equal.
  const sumAt = (step: number): number => Math.round(correlation[part.length - 1 + reach + step] ?? 0);
  let best = 0;
  for (let distance = 1; distance <= reach; distance++) {
    if (sumAt(distance) > sumAt(best)) best = distance;
    if (sumAt(-distance) > sumAt(best)) best = -distance;
  }
  return lag + best;
}

/** Forward discrete Fourier transform in place; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  reverseBits(real, imaginary);
  for (let half = 1; half < size; half *= 2) {
    const angle = -Math.PI / half;
    for (let k = 0; k < half; k++) {
      butterflies(real, imaginary, { half, k, cosine: Math.cos(angle * k), sine: Math.sin(angle * k) });
    }
  }
}

function butterflies(
  real: Float64Array,
  imaginary: Float64Array,
  turn: { readonly half: number; readonly k: number; readonly cosine: number; readonly sine: number },
): void {
  const { half, k, cosine, sine } = turn;
  // Each element is read once: on XS reading is what takes the time.
  for (let i = k; i < real.length; i += 2 * half) {
    const j = i + half;
    const x = real[j] as number;
    const y = imaginary[j] as number;
    const p = real[i] as number;
    const q = imaginary[i] as number;
    const a = x * cosine - y * sine;
    const b = x * sine + y * cosine;
    real[j] = p - a;
    imaginary[j] = q - b;
    real[i] = p + a;
    imaginary[i] = q + b;
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j] as number, real[i] as number];
    [imaginary[i], imaginary[j]] = [imaginary[j] as number, imaginary[i] as number];
  }
}
