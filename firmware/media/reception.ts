import type { Instant } from "../core/time.js";
import { audioSamplesPerSecond } from "../core/limits.js";

/**
 * Where a packet stands among those of its source: `next` follows the newest so far, `ahead` leaves a gap behind,
 * `behind` fills one, `restarted` begins a new count; `duplicate` and `stale` ones are not to be played.
 */
export type Standing = "next" | "ahead" | "behind" | "duplicate" | "stale" | "restarted";

/** A jump farther forward or back than this is taken for a restart once a second packet confirms it (RFC 3550 A.1). */
const dropoutPacketsMax = 3000;
const misorderPacketsMax = 500;
/** Packets whose arrival is remembered, so that a duplicate is known. */
const windowPackets = 32;

/**
 * What a receiver counts of one source: sequence numbers with their cycles (RFC 3550 A.1), losses (A.3), interarrival
 * jitter (A.8).
 */
export class Reception {
  #base = -1;
  /** Newest sequence number, cycles included; counted from 2^16 so that an older one is never negative. */
  #newest = 0;
  /** Bit i: packet `newest - i` has come. */
  #seen = 0;
  #received = 0;
  #receivedEarlier = 0;
  #lostEarlier = 0;
  #duplicates = 0;
  #suspect = -1;
  #jitter = 0;
  #transit: number | undefined;
  #expectedBefore = 0;
  #receivedBefore = 0;

  /** Counts a packet by its 16-bit sequence number and says where it stands. */
  note(sequence: number): Standing {
    if (this.#base < 0) return this.begin(sequence, "next");
    const distance = ((sequence - this.#newest) << 16) >> 16;
    if (distance > dropoutPacketsMax || distance < -misorderPacketsMax) return this.doubt(sequence);
    return distance > 0 ? this.advance(distance) : this.fill(distance);
  }

  /** Takes the arrival of an audio packet into the jitter estimate. */
  noteArrival(now: Instant, timestamp: number): void {
    const transit = (now * audioSamplesPerSecond) / 1000 - timestamp;
    const difference = this.#transit === undefined ? 0 : Math.abs(transit - this.#transit);
    this.#transit = transit;
    // A timestamp that jumped is no jitter.
    if (difference < 2 * audioSamplesPerSecond) this.#jitter += (difference - this.#jitter) / 16;
  }

  /** Another source takes the place of this one: totals stay, everything else begins anew. */
  forgetSource(): void {
    this.#receivedEarlier = this.received;
    this.#lostEarlier = this.lost;
    this.#base = -1;
    this.#received = 0;
    this.#jitter = 0;
  }

  /** Packets received of all sources, duplicates not counted. */
  get received(): number {
    return this.#receivedEarlier + this.#received;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  /** Packets of all sources that have not come, so far; one that comes late is taken off again. */
  get lost(): number {
    return this.#lostEarlier + this.cumulativeLost;
  }

  /** Packets of this source that have not come, so far, as a report block gives it. */
  get cumulativeLost(): number {
    return this.expected() - this.#received;
  }

  /** Interarrival jitter, samples. */
  get jitterSamples(): number {
    return this.#jitter;
  }

  /** The newest sequence number with its cycles, 32 bit, as a report block gives it. */
  get highestSequence(): number {
    return (this.#newest - 0x10000) >>> 0;
  }

  /** Share lost since this was last asked, in 1/256, 0 .. 255 (RFC 3550 A.3). */
  takeFractionLost(): number {
    const expected = this.expected() - this.#expectedBefore;
    const lost = expected - (this.#received - this.#receivedBefore);
    this.#expectedBefore = this.expected();
    this.#receivedBefore = this.#received;
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((256 * lost) / expected));
  }

  private expected(): number {
    return this.#base < 0 ? 0 : this.#newest - this.#base + 1;
  }

  private advance(distance: number): Standing {
    this.#newest += distance;
    this.#seen = distance >= windowPackets ? 1 : (this.#seen << distance) | 1;
    this.#received++;
    this.#suspect = -1;
    return distance === 1 ? "next" : "ahead";
  }

  private fill(distance: number): Standing {
    if (-distance >= windowPackets) return "stale";
    const bit = 1 << -distance;
    if ((this.#seen & bit) !== 0) {
      this.#duplicates++;
      return "duplicate";
    }
    this.#seen |= bit;
    this.#received++;
    this.#base = Math.min(this.#base, this.#newest + distance);
    return "behind";
  }

  private doubt(sequence: number): Standing {
    if (sequence !== this.#suspect) {
      this.#suspect = (sequence + 1) & 0xffff;
      return "stale";
    }
    this.forgetSource();
    return this.begin(sequence, "restarted");
  }

  private begin(sequence: number, standing: Standing): Standing {
    this.#newest = sequence + 0x10000;
    this.#base = this.#newest;
    this.#seen = 1;
    this.#received = 1;
    this.#suspect = -1;
    this.#transit = undefined;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    return standing;
  }
}
