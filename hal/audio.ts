/**
 * Microphone and loudspeaker: 8000 samples a second, 16 bit, mono, in frames of 20 ms (160 samples), what
 * G.711 carries. The audio clock is the hardware's: between `start` and `stop`, at each frame, the handler
 * given at opening is called; there is then one frame heard to read, and one wanted to play.
 */
export interface Audio {
  start(): void;
  stop(): void;
  /** The next frame heard: 160 samples, or `undefined` when there is none. Valid until the next call. */
  read(): Int16Array | undefined;
  /** Queues one frame of 160 samples for playing; what is not filled in time is silence. */
  write(samples: Int16Array): void;
}
