import { callAskedMs, callLostMs, callSilentMs, heldCallAskedMs } from "./core/limits.js";
import { after, type Deadline, type Instant } from "./core/time.js";

/** What the silence of the other side means now. */
export type SilenceStep = "nothing" | "silent" | "heard" | "ask" | "lost";

/**
 * Watches over what is heard of the other side of a call: speech, reports, SIP. After a while the person is told, then
 * the other phone is asked whether it still knows the call; who does not answer either is lost. A network that
 * is gone for 20 s ends no call; a phone that is gone ends it after 30.
 */
export class SilenceWatch {
  /** When the last packet came, the last SIP, and when speech was due anew. */
  #heardAt: Instant;
  #answeredAt: Instant;
  #dueAt: Instant;
  #toldAt: Instant | undefined;
  #askedAt: Instant | undefined;
  #held = false;

  constructor(now: Instant) {
    this.#heardAt = now;
    this.#answeredAt = now;
    this.#dueAt = now;
  }

  /** Whether the other side has cause to be silent: then only asking tells. */
  setHeld(now: Instant, held: boolean): void {
    if (this.#held && !held) this.#dueAt = now;
    this.#held = held;
  }

  /** Speech or a report came. */
  noteHeard(at: Instant): void {
    if (at > this.#heardAt) this.#heardAt = at;
  }

  /** The other side said something of the call itself. */
  noteAnswered(now: Instant): void {
    this.#answeredAt = now;
  }

  /** It was asked. */
  noteAsked(now: Instant): void {
    this.#askedAt ??= now;
  }

  /** What is to be done now; to be called until there is nothing more. */
  step(now: Instant): SilenceStep {
    if (this.#askedAt !== undefined && this.lifeAt > this.#askedAt) this.#askedAt = undefined;
    if (this.#toldAt !== undefined && this.#heardAt > this.#toldAt) {
      this.#toldAt = undefined;
      return "heard";
    }
    if (now >= this.asked.at) return this.#askedAt === undefined ? "ask" : "lost";
    if (this.isTold || now < this.silentAt) return "nothing";
    this.#toldAt = now;
    return "silent";
  }

  pollTimeout(): Deadline {
    const { asked } = this;
    if (this.isTold || this.silentAt >= asked.at) return asked;
    return { at: this.silentAt, reason: "call: nothing heard" };
  }

  /** When the other phone is to be asked, or is lost. */
  private get asked(): Deadline {
    return this.#askedAt === undefined
      ? { at: after(this.lifeAt, this.patienceMs), reason: "call: the other phone is asked" }
      : { at: after(this.#askedAt, callLostMs), reason: "call: the other phone is lost" };
  }

  /** Whether the person knows that nothing is heard, or expects nothing. */
  private get isTold(): boolean {
    return this.#held || this.#toldAt !== undefined;
  }

  private get lifeAt(): Instant {
    return this.#heardAt > this.#answeredAt ? this.#heardAt : this.#answeredAt;
  }

  private get silentAt(): Instant {
    return after(this.#heardAt > this.#dueAt ? this.#heardAt : this.#dueAt, callSilentMs);
  }

  /** On hold, or where it has answered and sends nothing all the same, silence is no news. */
  private get patienceMs(): number {
    return this.#held || this.#answeredAt > this.#heardAt ? heldCallAskedMs : callAskedMs;
  }
}
