/**
 * How well a call carried speech, judged from two recordings alone: what was sent and what was heard.
 */
import { audioFrameSamples, jitterDelayFramesMax } from "../../firmware/core/limits.js";
import { bestLagNear, crossCorrelation } from "./correlation.js";

export interface SpeechComparison {
  /** Where the sent speech begins in what was heard, samples; negative when its beginning is missing. */
  readonly lagSamples: number;
  /** Signal to noise over the sent speech, each talk spurt in its own place; 0 when nothing was heard, at most 120. */
  readonly snrDb: number;
  /** Samples of the sent speech that lie within what was heard; compare with `speechSamples`. */
  readonly heardSamples: number;
  /** Samples of the sent speech from its first sound to its last. */
  readonly speechSamples: number;
  /** Talk spurts that came earlier or later than the ones before: the receiver changed its delay in a pause. */
  readonly lagChanges: number;
  /**
   * Signal to noise with one lag for everything, the one that suits most of it: what delay changes do to a
   * comparison that knows nothing of them.
   */
  readonly fixedLagSnrDb: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Energies {
  readonly signal: number;
  readonly noise: number;
}

/** Peak below which the sent file is quiet, a little above the jitter buffer's. */
const quietPeak = 400;
/** Quiet samples that end a talk spurt: 60 ms. */
const pauseSamples = 480;
/** Peak that counts as the first or last sound of a file. */
const soundPeak = 50;
/** A spurt this good needs no other place. */
const settledDb = 20;
/** Another place must be better by this, or chance would move spurts that are only damaged. */
const clearlyBetterDb = 3;
const reachSamples = jitterDelayFramesMax * audioFrameSamples;
const snrMaxDb = 120;

/**
 * Compares what was heard with what was sent, both 8000 samples a second. When the sender repeated its
 * speech, the first pass is judged. Silence before the speech is passed over; zeros after its last sound do
 * not count as heard. Between talk spurts the lag may change by up to 200 ms, as a jitter buffer may in
 * pauses; inside one it may not.
 */
export function compareSpeech(sent: Int16Array, heard: Int16Array): SpeechComparison {
  const speech = soundOf(sent, soundPeak);
  const sound = soundOf(heard, 0);
  const signals = { sent, heard };
  const fixedLag = firstLag(sent, heard);
  let lagSamples: number | undefined;
  let lag = fixedLag;
  let lagChanges = 0;
  let total: Energies = { signal: 0, noise: 0 };
  let fixed: Energies = { signal: 0, noise: 0 };
  let heardSamples = 0;
  for (const spurt of spurtsOf(sent, speech)) {
    fixed = sum(fixed, energies(signals, within(spurt, sound.to, fixedLag), fixedLag));
    const placed = placeSpurt(signals, within(spurt, sound.to, lag), lag);
    if (lagSamples !== undefined && placed !== lag) lagChanges++;
    lag = placed;
    lagSamples ??= lag;
    const covered = within(spurt, sound.to, lag);
    total = sum(total, energies(signals, covered, lag));
    heardSamples += covered.to - covered.from;
  }
  return {
    lagSamples: lagSamples ?? 0,
    snrDb: decibels(total),
    heardSamples,
    speechSamples: speech.to - speech.from,
    lagChanges,
    fixedLagSnrDb: decibels(fixed),
  };
}

/** The lag of the first pass: the best one near the earliest that is nearly as good as any. */
function firstLag(sent: Int16Array, heard: Int16Array): number {
  const correlation = crossCorrelation(sent, heard);
  const best = indexOfMost(correlation, 0, correlation.length);
  const good = 0.7 * (correlation[best] ?? 0);
  if (good <= 0) return 0;
  const earliest = correlation.findIndex((value) => value >= good);
  return indexOfMost(correlation, earliest, earliest + Math.floor(sent.length / 2)) - (sent.length - 1);
}

function indexOfMost(values: Float64Array, from: number, to: number): number {
  let best = from;
  for (let i = from; i < Math.min(to, values.length); i++) {
    if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  }
  return best;
}

/** From the first sample above `peak` to behind the last. */
function soundOf(samples: Int16Array, peak: number): Stretch {
  let from = 0;
  let to = samples.length;
  while (from < to && Math.abs(samples[from] ?? 0) <= peak) from++;
  while (to > from && Math.abs(samples[to - 1] ?? 0) <= peak) to--;
  return { from, to };
}

/** The talk spurts of the speech; each pause is divided between its neighbours. */
function spurtsOf(sent: Int16Array, speech: Stretch): Stretch[] {
  const spurts: Stretch[] = [];
  let from = speech.from;
  let lastLoud = speech.from;
  for (let i = speech.from; i < speech.to; i++) {
    if (Math.abs(sent[i] ?? 0) < quietPeak) continue;
    if (i - lastLoud >= pauseSamples) {
      const middle = Math.floor((lastLoud + i) / 2);
      spurts.push({ from, to: middle });
      from = middle;
    }
    lastLoud = i;
  }
  if (from < speech.to) spurts.push({ from, to: speech.to });
  return spurts;
}

/** The part of a stretch of the sent speech that lies within the heard samples. */
function within(stretch: Stretch, heardEnd: number, lag: number): Stretch {
  const from = Math.max(stretch.from, -lag);
  return { from, to: Math.max(from, Math.min(stretch.to, heardEnd - lag)) };
}

function placeSpurt(
  signals: { readonly sent: Int16Array; readonly heard: Int16Array },
  spurt: Stretch,
  lag: number,
): number {
  const here = decibels(energies(signals, spurt, lag));
  if (spurt.from >= spurt.to || here >= settledDb) return lag;
  const other = bestLagNear(signals, spurt, lag, reachSamples);
  return decibels(energies(signals, spurt, other)) > here + clearlyBetterDb ? other : lag;
}

function energies(
  signals: { readonly sent: Int16Array; readonly heard: Int16Array },
  stretch: Stretch,
  lag: number,
): Energies {
  let signal = 0;
  let noise = 0;
  for (let i = stretch.from; i < stretch.to; i++) {
    const sample = signals.sent[i] ?? 0;
    const difference = (signals.heard[i + lag] ?? 0) - sample;
    signal += sample * sample;
    noise += difference * difference;
  }
  return { signal, noise };
}

function sum(a: Energies, b: Energies): Energies {
  return { signal: a.signal + b.signal, noise: a.noise + b.noise };
}

function decibels({ signal, noise }: Energies): number {
  if (signal === 0) return 0;
  return noise === 0 ? snrMaxDb : Math.min(snrMaxDb, 10 * Math.log10(signal / noise));
}
