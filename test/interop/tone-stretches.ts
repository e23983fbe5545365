import { audioSamplesPerSecond } from "../../firmware/core/limits.js";
import { powerOf, tonePower } from "../support/tone.js";

/** A stretch of one pure tone in a recording. */
export interface ToneStretch {
  /** From the beginning of the recording, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly hz: number;
  /** Against a sine of full scale, dB. */
  readonly levelDb: number;
}

interface Window {
  readonly hz: number;
  readonly levelDb: number;
}

const windowMs = 50;
const windowSamples = (audioSamplesPerSecond * windowMs) / 1000;
const fullScale = 32_768;
/** Quieter is silence. */
const quietDb = -50;
/** Power of the rest against the tone's: G.711 leaves -37 dB. */
const impureDb = -25;
/** Windows further apart in frequency are not one tone. */
const sameToneHz = 15;

/**
 * Where pure tones lie in a recording, to 50 ms. Windows with silence, noise, speech or two tones at once belong to
 * none; a stretch ends there.
 */
export function toneStretches(samples: Int16Array): ToneStretch[] {
  const stretches: { fromMs: number; toMs: number; windows: Window[] }[] = [];
  let open = false;
  for (let at = 0; at + windowSamples <= samples.length; at += windowSamples) {
    const window = toneIn(samples.subarray(at, at + windowSamples));
    const last = open ? stretches.at(-1) : undefined;
    const fromMs = (at * 1000) / audioSamplesPerSecond;
    open = window !== undefined;
    if (window === undefined) continue;
    const goesOn = last !== undefined && Math.abs((last.windows[0]?.hz ?? 0) - window.hz) <= sameToneHz;
    if (goesOn) last.windows.push(window);
    if (goesOn) last.toMs = fromMs + windowMs;
    else stretches.push({ fromMs, toMs: fromMs + windowMs, windows: [window] });
  }
  return stretches.map(({ fromMs, toMs, windows }) => ({
    fromMs,
    toMs,
    hz: median(windows.map(({ hz }) => hz)),
    levelDb: median(windows.map(({ levelDb }) => levelDb)),
  }));
}

/** A pure tone that fills a window; `undefined`: there is none. */
function toneIn(window: Int16Array): Window | undefined {
  const power = powerOf(window);
  const levelDb = 10 * Math.log10((2 * power) / (fullScale * fullScale));
  if (!(levelDb > quietDb)) return undefined;
  const hz = crossingRate(window);
  if (hz === undefined) return undefined;
  const rest = power - tonePower(window, hz);
  return 10 * Math.log10(Math.max(rest, 1e-9) / power) < impureDb ? { hz, levelDb } : undefined;
}

/** Rising zero crossings a second, their places taken between samples. */
function crossingRate(window: Int16Array): number | undefined {
  const places: number[] = [];
  for (let i = 1; i < window.length; i++) {
    const before = window[i - 1] ?? 0;
    const after = window[i] ?? 0;
    if (before < 0 && after >= 0) places.push(i - 1 + before / (before - after));
  }
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined || places.length < 3) return undefined;
  return ((places.length - 1) * audioSamplesPerSecond) / (last - first);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
