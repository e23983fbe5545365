import { audioBlockSamples, audioSamplesPerSecond, streamSilentMs } from "../core/limits.js";
import { elapsed } from "../core/time.js";
import type { Instant } from "../core/time.js";
import { decodeRtp } from "../wire/rtp.js";
import type { RtpPacket } from "../wire/rtp.js";
import { decodeEvent, DtmfReceiver } from "./dtmf.js";
import type { Digit } from "./dtmf.js";
import type { FrameCodec } from "./g711.js";
import { JitterBuffer } from "./jitter-buffer.js";
import { Reception } from "./reception.js";
import type { Standing } from "./reception.js";

/** What is accepted from the other side. */
export interface ReceiverOptions {
  readonly codec: FrameCodec;
  readonly payloadType: number;
  /** Payload type telephone events come in. */
  readonly eventPayloadType?: number;
}

/** What became of a datagram. */
export type Receipt =
  | { readonly kind: "accepted" }
  | { readonly kind: "digit"; readonly digit: Digit }
  | { readonly kind: "dropped" };

const accepted: Receipt = { kind: "accepted" };
const dropped: Receipt = { kind: "dropped" };

/**
 * The one remote source. The first well-formed packet of an agreed payload type names it; from then on
 * packets of others are strangers, dropped and counted, until the source has said good-bye or has been silent
 * for `streamSilentMs`.
 */
export class RtpReceiver {
  readonly buffer: JitterBuffer;
  readonly reception: Reception = new Reception();
  readonly #options: ReceiverOptions;
  readonly #dtmf: DtmfReceiver = new DtmfReceiver();
  #ssrc: number | undefined;
  #hasLeft = false;
  #heardAt: Instant | undefined;
  #late = 0;
  #strangers = 0;
  #malformed = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.buffer = new JitterBuffer(options.codec);
  }

  /** The source latched on, if any. */
  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  /** When the source was heard last. */
  get heardAt(): Instant | undefined {
    return this.#heardAt;
  }

  /** Packets that came too late to be played. */
  get late(): number {
    return this.#late;
  }

  /** Packets of another source or of a payload type not agreed on. */
  get strangers(): number {
    return this.#strangers;
  }

  get malformed(): number {
    return this.#malformed;
  }

  /** Counts bytes that were no packet at all, or did not authenticate. */
  noteMalformed(): void {
    this.#malformed++;
  }

  /** Counts a packet, RTP or RTCP, that was not of the source latched on. */
  noteStranger(): void {
    this.#strangers++;
  }

  /** Takes an RTP packet, in clear. `ownSsrc` is what we send with: nobody else's. */
  handle(now: Instant, bytes: Uint8Array, ownSsrc: number): Receipt {
    const decoded = decodeRtp(bytes);
    if (!decoded.ok || !this.isWellSized(decoded.value)) {
      this.#malformed++;
      return dropped;
    }
    const packet = decoded.value;
    if (!this.isAgreed(packet) || packet.ssrc === ownSsrc || !this.latch(now, packet.ssrc)) {
      this.#strangers++;
      return dropped;
    }
    const standing = this.reception.note(packet.sequence);
    if (standing === "duplicate") return dropped;
    if (standing === "stale") {
      this.#late++;
      return dropped;
    }
    this.#heardAt = now;
    if (standing === "restarted") this.forgetStream();
    return packet.payloadType === this.#options.payloadType
      ? this.handleAudio(now, packet, standing)
      : this.handleEvent(packet);
  }

  /** The source has said good-bye: another may take its place. False when it had said so already. */
  handleGoodbye(): boolean {
    const isNews = !this.#hasLeft;
    this.#hasLeft = true;
    return isNews;
  }

  private handleAudio(now: Instant, packet: RtpPacket, standing: Standing): Receipt {
    this.reception.noteArrival(now, packet.timestamp);
    if (this.buffer.put(packet.timestamp, standing, packet.payload) === "late") this.#late++;
    return accepted;
  }

  private handleEvent(packet: RtpPacket): Receipt {
    const event = decodeEvent(packet.payload);
    if (!event.ok) return dropped;
    this.buffer.putSilence(packet.timestamp, event.value.duration);
    const digit = this.#dtmf.hear(packet.timestamp, event.value);
    return digit === undefined ? accepted : { kind: "digit", digit };
  }

  private isAgreed(packet: RtpPacket): boolean {
    return packet.payloadType === this.#options.payloadType || this.isEvent(packet);
  }

  private isEvent(packet: RtpPacket): boolean {
    return packet.payloadType === this.#options.eventPayloadType;
  }

  /** Audio is whole blocks of 10 ms, at least one; an event is an event. Of other types the size says nothing. */
  private isWellSized(packet: RtpPacket): boolean {
    const bytes = packet.payload.length;
    if (packet.payloadType === this.#options.payloadType) return bytes > 0 && bytes % audioBlockSamples === 0;
    return !this.isEvent(packet) || decodeEvent(packet.payload).ok;
  }

  private latch(now: Instant, ssrc: number): boolean {
    if (ssrc === this.#ssrc) return true;
    if (this.#ssrc !== undefined) {
      const silent = this.#heardAt === undefined || elapsed(this.#heardAt, now) >= streamSilentMs;
      if (!silent && !this.#hasLeft) return false;
      this.reception.forgetSource();
      this.forgetStream();
    }
    this.#ssrc = ssrc;
    this.#hasLeft = false;
    return true;
  }

  private forgetStream(): void {
    this.buffer.reset();
    this.#dtmf.reset();
  }
}

/** A count of samples as milliseconds. */
export function samplesToMs(samples: number): number {
  return (samples * 1000) / audioSamplesPerSecond;
}
