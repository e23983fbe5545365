/**
 * DTMF as RTP events (RFC 4733): each digit is a few packets that all name the moment it began. While a tone lasts, its
 * packets take the place of speech; its end is sent three times, beside speech that goes on.
 */
import { audioFrameSamples, dtmfDigitsMax } from "../core/limits.js";
import { BoundedQueue } from "../core/bounded.js";
import { err, ok } from "../core/result.js";
import type { Result } from "../core/result.js";
import type { WireError } from "../wire/wire-error.js";

/** One of 0-9, *, #, A-D: events 0 .. 15 (RFC 4733 §3.2). */
export type Digit =
  "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "*" | "#" | "A" | "B" | "C" | "D";

/** Bytes of an event's payload. */
export const eventPayloadBytes = 4;

/** The payload of an event packet (RFC 4733 §2.3). */
export interface TelephoneEvent {
  /** 0 .. 255; digits are 0 .. 15 */
  readonly event: number;
  /** The tone is over. */
  readonly end: boolean;
  /** Attenuation, dB, 0 .. 63. */
  readonly volume: number;
  /** How long it has lasted, samples, 16 bit. */
  readonly duration: number;
}

/** Reads the payload of an event packet; of several events in one, the first. */
export function decodeEvent(payload: Uint8Array): Result<TelephoneEvent, WireError> {
  if (payload.length < eventPayloadBytes) return err({ kind: "truncated", at: payload.length, in: "event" });
  const flags = payload[1] ?? 0;
  return ok({
    event: payload[0] ?? 0,
    end: flags >= 0x80,
    volume: flags & 0x3f,
    duration: ((payload[2] ?? 0) << 8) | (payload[3] ?? 0),
  });
}

/** Writes the payload of an event packet into `target` at `at`. */
export function writeEvent(target: Uint8Array, at: number, event: TelephoneEvent): void {
  target[at] = event.event;
  target[at + 1] = (event.end ? 0x80 : 0) | event.volume;
  target[at + 2] = event.duration >> 8;
  target[at + 3] = event.duration;
}

/** The digit a person typed, or `undefined`. */
export function digitOf(text: string): Digit | undefined {
  const digit = text.toUpperCase();
  return digit.length === 1 && digits.includes(digit) ? (digit as Digit) : undefined;
}

/** An event packet to send at this tick. */
export interface OutboundEvent {
  readonly payload: TelephoneEvent;
  /** When the event began, RTP timestamp. */
  readonly timestamp: number;
  /** The first packet of the event. */
  readonly first: boolean;
  /** Speech rests while the tone lasts. */
  readonly replacesAudio: boolean;
}

/** Turns digits into event packets, at most one at each tick of 20 ms. */
export class DtmfSender {
  readonly #waiting: BoundedQueue<Digit> = new BoundedQueue(dtmfDigitsMax);
  #event = -1;
  #startedAt = 0;
  #tick = 0;

  /** Queues a digit; returns false when too many wait already. */
  send(digit: Digit): boolean {
    if (this.#waiting.length >= dtmfDigitsMax) return false;
    this.#waiting.push(digit);
    return true;
  }

  /** The packet of this tick, which has the given RTP timestamp, or `undefined` when no event is under way. */
  step(timestamp: number): OutboundEvent | undefined {
    if (this.#event < 0) {
      const digit = this.#waiting.shift();
      if (digit === undefined) return undefined;
      this.#event = digits.indexOf(digit);
      this.#startedAt = timestamp;
      this.#tick = 0;
    }
    this.#tick++;
    const end = this.#tick > toneTicks;
    const packet: OutboundEvent = {
      payload: {
        event: this.#event,
        end,
        volume: toneVolume,
        duration: Math.min(this.#tick, toneTicks) * audioFrameSamples,
      },
      timestamp: this.#startedAt,
      first: this.#tick === 1,
      replacesAudio: !end,
    };
    if (this.#tick === toneTicks + endPackets) this.#event = -1;
    return packet;
  }
}

/** Tells each digit once, from the first of its packets that comes. */
export class DtmfReceiver {
  #startedAt: number | undefined;
  #event = -1;
  #duration = 0;

  /** The digit that begins with this event packet, or `undefined`: known already, older, or no digit. */
  hear(timestamp: number, event: TelephoneEvent): Digit | undefined {
    const isNew = this.#startedAt === undefined || ((timestamp - this.#startedAt) | 0) > 0;
    if (!isNew) {
      if (timestamp === this.#startedAt) this.#duration = Math.max(this.#duration, event.duration);
      return undefined;
    }
    const continues = this.continues(timestamp, event);
    this.#startedAt = timestamp;
    this.#event = event.event;
    this.#duration = event.duration;
    return continues ? undefined : (digits[event.event] as Digit | undefined);
  }

  /** Another source sends now. */
  reset(): void {
    this.#startedAt = undefined;
  }

  /**
   * A key held for more than 8 s goes on in a new segment, which begins where the full one ended (RFC 4733
   * §2.5.1.3).
   */
  private continues(timestamp: number, event: TelephoneEvent): boolean {
    if (this.#startedAt === undefined || event.event !== this.#event) return false;
    return this.#duration >= segmentSamplesLeast && timestamp === (this.#startedAt + this.#duration) >>> 0;
  }
}

const digits = "0123456789*#ABCD";
/** A tone of 100 ms, then its end three times. */
const toneTicks = 5;
const endPackets = 3;
/** -10 dBm0 */
const toneVolume = 10;
/** A segment ends near the 16 bits of its duration. */
const segmentSamplesLeast = 0xff00;
