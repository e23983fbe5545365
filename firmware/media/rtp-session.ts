/**
 * The voice of one call, both ways. The audio clock drives it: every 20 ms the caller gives `capture` a frame and
 * takes one from `playout`, then drains `pollTransmit` and `pollEvent`. Datagrams come in whenever they come.
 *
 * Packets go out and come in through the packet protection; RTCP shares the port (RFC 5761): where the other
 * side did not agree to that, the driver sends what `rtpKind` calls RTCP to the next port.
 */
import { BoundedQueue } from "../core/bounded.js";
import { audioFrameSamples, mediaEventsMax, streamSilentMs } from "../core/limits.js";
import type { Random } from "../core/random.js";
import { after, earliest } from "../core/time.js";
import type { Deadline, Instant } from "../core/time.js";
import { decodeRtcp } from "../wire/rtcp.js";
import type { RtcpPacket } from "../wire/rtcp.js";
import { rtpKind } from "../wire/rtp.js";
import type { Digit } from "./dtmf.js";
import { G711, payloadTypeOfLaw } from "./g711.js";
import type { FrameCodec, Law } from "./g711.js";
import { OutboundPackets } from "./outbound-packets.js";
import { clearMedia } from "./packet-protection.js";
import type { PacketProtection } from "./packet-protection.js";
import { RtcpReporter } from "./rtcp-reporter.js";
import type { RemoteView } from "./rtcp-reporter.js";
import { RtpReceiver, samplesToMs } from "./rtp-receiver.js";
import { RtpSender } from "./rtp-sender.js";

/** What offer and answer agreed on, and what the platform lends. */
export interface RtpSessionOptions {
  readonly law: Law;
  /** Payload types of telephone events (RFC 4733): the other side's for sending, ours for receiving. */
  readonly outboundEventType?: number;
  readonly inboundEventType?: number;
  readonly random: Random;
  /** SRTP; in clear without it. */
  readonly protection?: PacketProtection;
  /** A native codec; without it the portable one. */
  readonly codec?: FrameCodec;
}

/** What happened on the stream of the other side. */
export type MediaEvent =
  | { readonly kind: "streamStarted" }
  | { readonly kind: "digitHeard"; readonly digit: Digit }
  /** Nothing for `streamSilentMs`, since the start or since the last packet. */
  | { readonly kind: "streamSilent" }
  | { readonly kind: "streamResumed" }
  /** The other side sent BYE. */
  | { readonly kind: "streamEnded" };

/** Counts since the start of the session: packets, and frames of 20 ms. */
export interface MediaStatistics {
  readonly sent: number;
  /** Duplicates and strangers are not among them. */
  readonly received: number;
  /** Never came, as far as sequence numbers tell. */
  readonly lost: number;
  /** Came, but after they were due. */
  readonly late: number;
  readonly duplicate: number;
  readonly strangers: number;
  readonly malformed: number;
  readonly concealedFrames: number;
  readonly insertedFrames: number;
  readonly removedFrames: number;
  /** What the newest packet had to wait when it came. */
  readonly playoutDelayMs: number;
  /** Interarrival jitter (RFC 3550 §6.4.1). */
  readonly jitterMs: number;
  readonly roundTripMs: number | undefined;
  /** The other direction, as its last report had it. */
  readonly remote: RemoteView | undefined;
}

export class RtpSession {
  readonly #protection: PacketProtection;
  readonly #outbound: OutboundPackets = new OutboundPackets();
  readonly #sender: RtpSender;
  readonly #receiver: RtpReceiver;
  readonly #reporter: RtcpReporter;
  readonly #events: BoundedQueue<MediaEvent> = new BoundedQueue(mediaEventsMax);
  /** When silence is to be reported, unless a packet comes. */
  #silentAt: Instant | undefined;
  #stopped = false;

  constructor(now: Instant, options: RtpSessionOptions) {
    const { inboundEventType, outboundEventType } = options;
    const codec = options.codec ?? new G711(options.law);
    const payloadType = payloadTypeOfLaw[options.law];
    const protection = options.protection ?? clearMedia;
    this.#protection = protection;
    this.#sender = new RtpSender(
      {
        codec,
        payloadType,
        protection,
        ...(outboundEventType === undefined ? {} : { eventPayloadType: outboundEventType }),
      },
      this.#outbound,
      options.random,
    );
    this.#receiver = new RtpReceiver({
      codec,
      payloadType,
      ...(inboundEventType === undefined ? {} : { eventPayloadType: inboundEventType }),
    });
    this.#reporter = new RtcpReporter(now, options.random, this.#sender, this.#receiver);
    this.#silentAt = after(now, streamSilentMs);
  }

  /** Takes a datagram from the other side: RTP or RTCP. */
  handlePacket(now: Instant, bytes: Uint8Array): void {
    if (this.#stopped) return;
    const kind = rtpKind(bytes);
    const packet = kind === "neither" ? undefined : this.#protection.unprotect(bytes);
    if (packet === undefined) this.#receiver.noteMalformed();
    else if (kind === "rtcp") this.handleRtcp(now, packet);
    else this.handleRtp(now, packet);
  }

  /** Sends reports that are due, and notices silence. */
  handleTimeout(now: Instant): void {
    if (this.#stopped) return;
    if (this.#reporter.dueAt <= now) this.sendRtcp(this.#reporter.report(now));
    if (this.#silentAt === undefined || this.#silentAt > now) return;
    this.#silentAt = undefined;
    this.#events.push({ kind: "streamSilent" });
  }

  /** The next packet to send to the other side, valid until the session is used again. */
  pollTransmit(): Uint8Array | undefined {
    return this.#outbound.poll();
  }

  get hasNews(): boolean {
    return this.#events.length > 0;
  }

  pollEvent(): MediaEvent | undefined {
    return this.#events.shift();
  }

  pollTimeout(): Deadline | undefined {
    if (this.#stopped) return undefined;
    const silent =
      this.#silentAt === undefined ? undefined : { at: this.#silentAt, reason: "media: silent stream" };
    return earliest({ at: this.#reporter.dueAt, reason: "media: RTCP report" }, silent);
  }

  /** Sends the 160 samples just heard by the microphone. */
  capture(_now: Instant, samples: Int16Array): void {
    if (!this.#stopped) this.#sender.send(samples);
  }

  /** The 160 samples to be played next, in `room`: that of the frame just sent, which nobody needs any more. */
  playout(_now: Instant, room: Int16Array = new Int16Array(audioFrameSamples)): Int16Array {
    this.#receiver.buffer.take(room);
    return room;
  }

  /** Sends a digit after those already waiting; false when the other side takes no events, or too many wait. */
  sendDigit(_now: Instant, digit: Digit): boolean {
    return !this.#stopped && this.#sender.sendDigit(digit);
  }

  /** Says good-bye to the other side (RFC 3550 §6.6); nothing is sent or taken in after it. */
  stop(now: Instant): void {
    if (this.#stopped) return;
    this.sendRtcp(this.#reporter.goodbye(now));
    this.#stopped = true;
  }

  statistics(): MediaStatistics {
    const { reception, buffer, late, strangers, malformed } = this.#receiver;
    const { concealedFrames, insertedFrames, removedFrames, delayMs } = buffer.counts();
    return {
      sent: this.#sender.packets,
      received: reception.received,
      lost: reception.lost,
      late,
      duplicate: reception.duplicates,
      strangers,
      malformed,
      concealedFrames,
      insertedFrames,
      removedFrames,
      playoutDelayMs: delayMs,
      jitterMs: samplesToMs(reception.jitterSamples),
      roundTripMs: this.#reporter.roundTripMs,
      remote: this.#reporter.remoteView,
    };
  }

  private handleRtp(now: Instant, packet: Uint8Array): void {
    const source = this.#receiver.ssrc;
    const receipt = this.#receiver.handle(now, packet, this.#sender.ssrc);
    if (receipt.kind === "dropped") return;
    if (source === undefined) this.#events.push({ kind: "streamStarted" });
    else if (this.#silentAt === undefined) this.#events.push({ kind: "streamResumed" });
    if (source !== this.#receiver.ssrc) this.#reporter.forgetSource();
    this.#silentAt = after(now, streamSilentMs);
    if (receipt.kind === "digit") this.#events.push({ kind: "digitHeard", digit: receipt.digit });
  }

  private handleRtcp(now: Instant, packet: Uint8Array): void {
    const decoded = decodeRtcp(packet);
    if (!decoded.ok) this.#receiver.noteMalformed();
    else if (!this.isFromSource(decoded.value)) this.#receiver.noteStranger();
    else if (this.#reporter.handle(now, decoded.value) && this.#receiver.handleGoodbye()) {
      this.#silentAt = undefined;
      this.#events.push({ kind: "streamEnded" });
    }
  }

  /** Once a source is known, reports of others are not for us. */
  private isFromSource(packets: readonly RtcpPacket[]): boolean {
    const source = this.#receiver.ssrc;
    if (source === undefined) return true;
    const first = packets[0];
    if (first === undefined || first.type === "other") return true;
    return first.type === "goodbye" ? first.ssrcs.includes(source) : first.ssrc === source;
  }

  private sendRtcp(compound: Uint8Array): void {
    const buffer = this.#outbound.free;
    buffer.set(compound);
    this.#outbound.commit(this.#protection.protect(buffer, compound.length));
  }
}
