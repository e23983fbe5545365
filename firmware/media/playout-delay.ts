import { jitterDelayFramesMax, jitterDelayFramesMin, jitterWindowFrames } from "../core/limits.js";

/** A delay that is about to be too short, or is far too long, is seen after 10 s. */
const earlyLookFrames = 500;

/**
 * Decides how many frames of 20 ms the playout delay should grow or shrink by. It never acts itself: the jitter buffer
 * inserts or removes what is owed once the talker pauses.
 *
 * Slack is what a packet had left when it came: frames still to be played before it. The delay grows at once by what
 * a late packet lacked, and one more, and by one when packets come at the last moment; it shrinks by half of what no
 * packet of a whole window needed. Clock drift shows as slack that creeps, so it is corrected in the same way.
 */
export class PlayoutDelay {
  #owed = 0;
  #leastSlack = Number.POSITIVE_INFINITY;
  #frames = 0;

  /** Frames to insert (positive) or to remove (negative). */
  get owed(): number {
    return this.#owed;
  }

  /** A packet came in time, with so many frames to go. */
  noteSlack(frames: number): void {
    if (frames < this.#leastSlack) this.#leastSlack = frames;
  }

  /** A packet came `frames` too late, 1 or more, while `level` frames were held. */
  noteLate(frames: number, level: number): void {
    this.#leastSlack = Math.min(this.#leastSlack, -frames);
    this.#owed = Math.min(Math.max(this.#owed, frames + 1), Math.max(0, jitterDelayFramesMax - level));
  }

  /** One frame was played, while `level` frames were held. */
  tick(level: number): void {
    this.#frames++;
    if (this.#owed > 0 && level >= jitterDelayFramesMax) this.#owed = 0;
    const isUrgent = this.#leastSlack < 1 || this.#leastSlack > jitterDelayFramesMax;
    if (this.#frames >= (isUrgent ? earlyLookFrames : jitterWindowFrames)) this.look();
  }

  /** One owed frame was inserted or removed. */
  settleOne(): void {
    this.#owed -= Math.sign(this.#owed);
    this.restartWindow();
  }

  reset(): void {
    this.#owed = 0;
    this.restartWindow();
  }

  private look(): void {
    const least = this.#leastSlack;
    this.restartWindow();
    if (least === Number.POSITIVE_INFINITY || this.#owed > 0) return;
    if (least < 1) this.#owed = 1;
    else if (least > jitterDelayFramesMax) this.#owed = jitterDelayFramesMax - least;
    else if (least > jitterDelayFramesMin) this.#owed = -Math.ceil((least - jitterDelayFramesMin) / 2);
  }

  private restartWindow(): void {
    this.#leastSlack = Number.POSITIVE_INFINITY;
    this.#frames = 0;
  }
}
