import type { Bench } from "./bench.js";

/** One thing a handset and a stock phone do together; the same for every stock phone and every engine. */
export interface InteropCase {
  readonly title: string;
  /** Rejects where it does not go as it should. Both have no call before and after. */
  readonly run: (bench: Bench) => Promise<void>;
}
