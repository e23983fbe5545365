/** Microphone (modules/io/audioin/esp32/audioin.c) and mixer (modules/pins/i2s/audioout.c): 16 bit, mono. */
declare module "embedded:io/audio/in" {
  export interface AudioInOptions {
    readonly sampleRate: number;
    readonly channels: 1;
    readonly bitsPerSample: 16;
    readonly audioType: "LPCM";
    /** Told about every 512 samples how many bytes wait. */
    readonly onReadable: (bytes: number) => void;
  }

  /** A ring of 4096 samples in mono, filled by a task; what overruns it is lost, with all that waits. */
  class AudioIn {
    constructor(options: AudioInOptions);
    start(): void;
    stop(): void;
    close(): void;
    /** Fills the whole array; throws `invalid size` when less waits. */
    read(target: Uint8Array): number | undefined;
  }
  export default AudioIn;
}

declare module "pins/audioout" {
  export interface AudioOutOptions {
    readonly sampleRate: number;
    readonly numChannels: 1;
    readonly bitsPerSample: 16;
    readonly streams: number;
  }

  /**
   * Up to four streams, each a queue of 8 entries. A task mixes them block by block into two DMA buffers; when
   * nothing is queued it stops the hardware at once, and what the DMA still held is not played.
   */
  class AudioOut {
    static readonly Flush: 2;
    static readonly Callback: 3;
    static readonly RawSamples: 5;
    constructor(options: AudioOutOptions);
    /** Plays samples `offset` .. `offset + count` of a buffer that never moves: a SharedArrayBuffer. */
    enqueue(
      stream: number,
      kind: 5,
      samples: SharedArrayBuffer,
      repeat: number,
      offset: number,
      count: number,
    ): void;
    /** Calls `callback` with the number once all before it is mixed. */
    enqueue(stream: number, kind: 3, id: number): void;
    /** Empties the queue; its callbacks are called inside. */
    enqueue(stream: number, kind: 2): void;
    /** Free entries of the queue. */
    length(stream: number): number;
    start(): void;
    stop(): void;
    close(): void;
    callback: (id: number) => void;
  }
  export default AudioOut;
}
