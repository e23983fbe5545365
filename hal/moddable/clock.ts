import type Time from "time";
import type Timer from "timer";
import type { TimerId } from "timer";
import { instant, type Instant } from "../../firmware/core/time.js";
import type * as Contract from "../clock.js";
import type { FaultGuard } from "./fault-guard.js";

/**
 * Longest wait asked of the SDK, ms. An armed timer waits in pieces of it, and an idle one wakes as often: so the
 * clock is read long before its 32 bits have gone round, in which it would lose 49 days.
 */
const waitMsMax = 3_600_000;

/** Milliseconds since it was made, from ticks of 32 bits that go round every 49.7 days; read it once a day at least. */
export class DeviceClock implements Contract.Clock {
  readonly #time: typeof Time;
  #ticks: number;
  #elapsed = 0;

  constructor(time: typeof Time) {
    this.#time = time;
    this.#ticks = time.ticks;
  }

  now(): Instant {
    const ticks = this.#time.ticks;
    this.#elapsed += (ticks - this.#ticks) >>> 0;
    this.#ticks = ticks;
    return instant(this.#elapsed);
  }
}

/**
 * The one timer, over one timer of the SDK for as long as the phone is on: arming makes no garbage. That one repeats,
 * for the SDK frees a one-shot after its callback, also when that has scheduled it again.
 */
export class DeviceTimer implements Contract.Timer {
  readonly #timers: typeof Timer;
  readonly #clock: Contract.Clock;
  readonly #guard: FaultGuard;
  readonly #onTimer: () => void;
  readonly #id: TimerId;
  #at: Instant | undefined;

  constructor(timers: typeof Timer, clock: Contract.Clock, guard: FaultGuard, onTimer: () => void) {
    this.#timers = timers;
    this.#clock = clock;
    this.#onTimer = onTimer;
    this.#guard = guard;
    this.#id = timers.repeat(() => this.enter(), waitMsMax);
  }

  arm(at: Instant): void {
    this.#at = at;
    const wait = Math.ceil(at - this.#clock.now());
    this.#timers.schedule(this.#id, Math.min(waitMsMax, Math.max(0, wait)), waitMsMax);
  }

  disarm(): void {
    this.#at = undefined;
    this.#timers.schedule(this.#id, waitMsMax, waitMsMax);
  }

  /** Makes sure that the handler is called within `milliseconds`, whatever is armed. */
  armWithin(milliseconds: number): void {
    const latest = instant(this.#clock.now() + milliseconds);
    if (this.#at === undefined || this.#at > latest) this.arm(latest);
  }

  private enter(): void {
    try {
      this.wake();
    } catch (error) {
      this.#guard.handleFault("timer", error);
    }
  }

  private wake(): void {
    const now = this.#clock.now();
    if (this.#at === undefined) return;
    if (now < this.#at) {
      this.arm(this.#at);
    } else {
      this.#at = undefined;
      this.#onTimer();
    }
  }
}
