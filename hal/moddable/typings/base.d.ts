/**
 * `timer` and `time` (modules/base), and the globals of XS that Node lacks. Declared as the C behaves; what the SDK's
 * own typings say otherwise is noted in hal/moddable/README.md.
 */
declare module "timer" {
  /** A timer: a host object that keeps itself alive until it is cleared or, one-shot, has fired. */
  export interface TimerId {
    readonly [Symbol.toStringTag]?: "Timer";
  }

  class Timer {
    /** One-shot without `repeat`; freed after its callback, even when that scheduled it again. Times in ms. */
    static set(callback: (id: TimerId) => void, delay?: number, repeat?: number): TimerId;
    /** Repeating: keeps to the grid of its first firing, and fires once a turn until it has caught up. */
    static repeat(callback: (id: TimerId) => void, interval: number): TimerId;
    /** Without a delay: stops it, to be scheduled again later. A repeat of 0 makes it a one-shot. */
    static schedule(id: TimerId, delay?: number, repeat?: number): void;
    static clear(id: TimerId | undefined): void;
  }
  export default Timer;
}

declare module "time" {
  const Time: {
    /** Milliseconds since some moment as a signed 32-bit number: from 2^31 - 1 it goes on at -2^31. */
    readonly ticks: number;
  };
  export default Time;
}

declare module "mc/config" {
  /** What the manifests' `config` says; in ROM, so never to be written or given to JSON.stringify. */
  const config: Readonly<Record<string, unknown>>;
  export default config;
}

/** Prints a diagnostic: to the debugger, or to the console of the IDF where it has one. No line end is added. */
declare function trace(...texts: readonly string[]): void;
