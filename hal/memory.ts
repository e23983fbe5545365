/** What the firmware's memory holds: slots, chunks and stack of the engine; code in flash is not among it. */
export interface MemoryUse {
  /** In use after a collection of garbage. */
  readonly liveBytes: number;
  /** The most that was in use right after a collection; an SDK that cannot tell says the most ever taken. */
  readonly peakBytes: number;
  /** What there is: never more can be taken. */
  readonly arenaBytes: number;
  /** Instructions the processor has done since the start; 0 where nobody counts them. */
  readonly instructions: number;
}

/** Reads the engine's own account. Taking a reading collects garbage: not for every packet. */
export interface MemoryGauge {
  read(): MemoryUse;
}
