/** What the script's memory holds, read from the engine. */
declare module "muster/memory" {
  /** Slots, chunks, stack and the tables of names together, in bytes. */
  interface MemoryUse {
    /** In use after a collection, which this call makes. */
    readonly liveBytes: number;
    /** The most that was in use right after a collection; on a device garbage not yet collected is among it. */
    readonly peakBytes: number;
    /** What there is. */
    readonly arenaBytes: number;
  }

  export function use(): MemoryUse;
  /** Instructions the processor has retired since the start; 0 where nobody counts them. */
  export function instructions(): number;
}
