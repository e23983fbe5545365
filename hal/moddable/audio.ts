import type Timer from "timer";
import type { TimerId } from "timer";
import { audioFrameMs, audioFrameSamples } from "../../firmware/core/limits.js";
import { elapsed, instant, type Instant } from "../../firmware/core/time.js";
import type { Audio } from "../audio.js";
import type { Clock } from "../clock.js";
import type { DeviceConfig } from "./config.js";
import type { FaultGuard } from "./fault-guard.js";
import { Loudspeaker } from "./loudspeaker.js";
import { Microphone } from "./microphone.js";
import type { Sound } from "./sound.js";

export interface DeviceAudioOptions {
  /** Absent on a board without microphone and loudspeaker. */
  readonly sound: Sound | undefined;
  readonly config: Pick<DeviceConfig, "inputRate" | "outputRate">;
  readonly timers: typeof Timer;
  readonly clock: Clock;
  readonly guard: FaultGuard;
  readonly onFrame: () => void;
}

/** Frames made up for after the phone stood still; what is beyond is given up. */
const catchUpFramesMax = 50;
/** A repeating timer that is not wanted fires so seldom; it must repeat to outlive its own callback. */
const idleMs = 86_400_000;

/**
 * Microphone and loudspeaker for the time of a call. A frame is due when the loudspeaker has taken one; on a board
 * without, every 20 ms.
 *
 * After a stall longer than what was queued, the loudspeaker has run dry and its clock has stood still, but not the
 * other phone's. The frames that were missed follow at once, after what arrived meanwhile was read: all that was heard
 * is sent, all that arrived is taken from the jitter buffer, and of that the last is played. So a stall leaves a gap,
 * and no delay.
 */
export class DeviceAudio implements Audio {
  readonly #options: DeviceAudioOptions;
  /** There while a call is on: their buffers are not for a phone that waits. */
  #microphone: Microphone | undefined;
  /** There since the first call. */
  #loudspeaker: Loudspeaker | undefined;
  /** What a board without a microphone hears; made when first wanted. */
  #silence: Int16Array | undefined;
  /** Fires at the next frame where there is no loudspeaker, else after a stall. */
  readonly #timer: TimerId;
  #hears = false;
  #plays = false;
  #running = false;
  #dueAt: Instant = instant(0);
  #isCatchingUp = false;
  /** The frame that is handled now is to be played, and nothing was written for it yet. */
  #wants = false;

  constructor(options: DeviceAudioOptions) {
    const { timers } = options;
    this.#options = options;
    this.#timer = timers.repeat(() => this.enterTimer(), idleMs);
    timers.schedule(this.#timer);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#isCatchingUp = false;
    this.open();
    this.#hears = this.attempt("starting the microphone", this.#microphone);
    this.#plays = this.attempt("starting the loudspeaker", this.#loudspeaker);
    this.expect(1);
    if (this.#plays) this.fillUp();
    else this.waitForFrame();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#options.timers.schedule(this.#timer);
    if (this.#hears) this.#microphone?.stop();
    if (this.#plays) this.#loudspeaker?.stop();
    this.#microphone = undefined;
  }

  /** Silence on a board without a microphone: the other side is to hear that somebody is there. */
  read(): Int16Array | undefined {
    if (this.#hears) return this.#microphone?.read();
    return (this.#silence ??= new Int16Array(audioFrameSamples)).fill(0);
  }

  write(samples: Int16Array): void {
    if (!this.#wants) return;
    this.#wants = false;
    this.#loudspeaker?.queue(samples);
  }

  /** Frames that should have been handled before the one that is due now. */
  private get missed(): number {
    return Math.max(0, Math.floor(elapsed(this.#dueAt, this.#options.clock.now()) / audioFrameMs));
  }

  private open(): void {
    const { sound, config } = this.#options;
    if (sound === undefined) return;
    this.#microphone = new Microphone(sound, config.inputRate);
    this.#loudspeaker ??= new Loudspeaker(sound, config.outputRate, () => this.enterPlayed());
  }

  /** What cannot be had is reported; the call goes on without. */
  private attempt(what: string, part: { start(): void } | undefined): boolean {
    try {
      part?.start();
      return part !== undefined;
    } catch (error) {
      this.#options.guard.report(what, error);
      return false;
    }
  }

  private enterPlayed(): void {
    try {
      this.handlePlayed();
    } catch (error) {
      this.#options.guard.handleFault("audio", error);
    }
  }

  private enterTimer(): void {
    try {
      this.handleTimer();
    } catch (error) {
      this.#options.guard.handleFault("audio", error);
    }
  }

  /** The loudspeaker has taken a frame. */
  private handlePlayed(): void {
    if (!this.#running || this.#isCatchingUp) return;
    if (this.#loudspeaker?.isDry === true) {
      // Later in this turn: what arrived during the stall is read first, and the other calls back are counted.
      this.#isCatchingUp = true;
      this.#options.timers.schedule(this.#timer, 0, idleMs);
    } else {
      this.handleFrame(true);
      this.#microphone?.trim();
    }
  }

  /** The frame without a loudspeaker, or after a stall, and those missed before. */
  private handleTimer(): void {
    if (!this.#running) return;
    this.#isCatchingUp = false;
    if (this.missed > catchUpFramesMax) this.expect(-catchUpFramesMax);
    const missed = this.missed;
    const room = this.#plays ? (this.#loudspeaker?.room ?? 0) : 0;
    for (let left = missed; left >= 0 && this.isOn(); left--) this.handleFrame(left < room);
    if (!this.isOn()) return;
    if (this.#plays) this.fillUp();
    else this.waitForFrame();
  }

  private isOn(): boolean {
    return this.#running;
  }

  /** One frame of the audio clock; `isPlayed`: it is not too late to play what is written for it. */
  private handleFrame(isPlayed: boolean): void {
    // The loudspeaker's clock is the truth; without one it is a grid from the start on, so that nothing drifts.
    if (this.#plays) this.expect(1);
    else this.#dueAt = instant(this.#dueAt + audioFrameMs);
    if (isPlayed) this.primeIfDry();
    this.#wants = isPlayed;
    // A fault in there must not end the audio clock: without a frame queued, nothing ever comes back.
    this.#options.guard.run("audio", this.#options.onFrame);
    if (this.#wants && this.#running) this.#loudspeaker?.queue(undefined);
    this.#wants = false;
  }

  /** Silence up to what is always queued. */
  private fillUp(): void {
    this.primeIfDry();
    for (let room = this.#loudspeaker?.room ?? 0; room > 0; room--) this.#loudspeaker?.queue(undefined);
  }

  private primeIfDry(): void {
    if (this.#loudspeaker?.isDry === true) this.#loudspeaker.prime();
  }

  private waitForFrame(): void {
    const wait = Math.max(0, Math.ceil(elapsed(this.#options.clock.now(), this.#dueAt)));
    this.#options.timers.schedule(this.#timer, wait, idleMs);
  }

  /** The next frame is due so many frames from now. */
  private expect(frames: number): void {
    this.#dueAt = instant(this.#options.clock.now() + frames * audioFrameMs);
  }
}
