/**
 * Speech files: WAV, PCM of 16 bit, mono, 8000 Hz, as telephone audio is. Reading names what is wrong with other files;
 * a recording is written as it goes, so that a killed process still leaves what it heard.
 */
import { createRequire } from "node:module";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import type wavefile from "wavefile";
import { audioFrameSamples, audioSamplesPerSecond } from "../../firmware/core/limits.js";
import { err, ok } from "../../firmware/core/result.js";
import type { Result } from "../../firmware/core/result.js";

// The package is CommonJS and says it is an ES module: an import gets different things from Node and from tsx.
const { WaveFile } = createRequire(import.meta.url)("wavefile") as typeof wavefile;

/** Why a file is no speech file. */
export type WavFault =
  "unreadable" | "not-wav" | "not-pcm-16" | "not-mono" | "not-8000-hz" | "empty" | "too-long";

/** Longest file read or written, minutes: 58 MB. */
export const recordingMinutesMax = 60;

const samplesMax = recordingMinutesMax * 60 * audioSamplesPerSecond;
const headerBytes = 44;

/** The samples of a speech file, or why there are none. */
export function readWav(path: string): Result<Int16Array, WavFault> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return err("unreadable");
  }
  return decodeWav(bytes);
}

/** The samples in the bytes of a speech file, or why there are none. */
export function decodeWav(bytes: Uint8Array): Result<Int16Array, WavFault> {
  const file = new WaveFile();
  try {
    file.fromBuffer(bytes);
  } catch {
    return err("not-wav");
  }
  const format = file.fmt as Readonly<Record<"audioFormat" | "numChannels" | "sampleRate", number>>;
  if (format.audioFormat !== 1 || file.bitDepth !== "16") return err("not-pcm-16");
  if (format.numChannels !== 1) return err("not-mono");
  if (format.sampleRate !== audioSamplesPerSecond) return err("not-8000-hz");
  const samples = Int16Array.from(file.getSamples(false) as ArrayLike<number>);
  if (samples.length === 0) return err("empty");
  return samples.length > samplesMax ? err("too-long") : ok(samples);
}

/** Writes a whole speech file at once. */
export function writeWav(path: string, samples: Int16Array): void {
  const file = new WaveFile();
  file.fromScratch(1, audioSamplesPerSecond, "16", samples);
  writeFileSync(path, file.toBuffer());
}

/**
 * A recording that grows frame by frame. Once a second what is new goes to the file and its header is brought up to
 * date; after `recordingMinutesMax` minutes the rest is not kept.
 */
export class WavRecorder {
  readonly #file: number;
  readonly #second: Int16Array = new Int16Array(audioSamplesPerSecond);
  #inSecond = 0;
  #written = 0;
  #closed = false;

  /** Creates or empties the file; throws where the system does. */
  constructor(path: string) {
    this.#file = openSync(path, "w");
    writeSync(this.#file, wavHeader(0), 0, headerBytes, 0);
  }

  /** Samples recorded so far. */
  get samples(): number {
    return this.#written + this.#inSecond;
  }

  /** Adds a frame of up to 160 samples; false once the recording is full or closed. */
  write(frame: Int16Array): boolean {
    if (this.#closed || this.samples + frame.length > samplesMax) return false;
    if (this.#inSecond + frame.length > this.#second.length) this.#flush();
    this.#second.set(frame.subarray(0, audioFrameSamples), this.#inSecond);
    this.#inSecond += Math.min(frame.length, audioFrameSamples);
    return true;
  }

  /** Completes the file. */
  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.alloc(2 * this.#inSecond);
    for (let i = 0; i < this.#inSecond; i++) bytes.writeInt16LE(this.#second[i] ?? 0, 2 * i);
    writeSync(this.#file, bytes, 0, bytes.length, headerBytes + 2 * this.#written);
    this.#written += this.#inSecond;
    this.#inSecond = 0;
    writeSync(this.#file, wavHeader(this.#written), 0, headerBytes, 0);
  }
}

function wavHeader(samples: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(headerBytes - 8 + 2 * samples, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(audioSamplesPerSecond, 24);
  header.writeUInt32LE(2 * audioSamplesPerSecond, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(2 * samples, 40);
  return header;
}
