import type { FrameCodec, FrameCodecOf } from "../hal/frame-codec.js";
import { sameEndpoint, type Endpoint } from "./core/endpoint.js";
import { audioFrameSamples } from "./core/limits.js";
import type { Random } from "./core/random.js";
import type { Deadline, Instant } from "./core/time.js";
import type { Digit } from "./media/dtmf.js";
import { G711 } from "./media/g711.js";
import { RtpSession, type MediaEvent, type MediaStatistics } from "./media/rtp-session.js";
import type { NegotiatedMedia } from "./usage/sip/offer-answer.js";

/** One RTP or RTCP packet on its way: to be sent before the voice is used again, which reuses the bytes. */
export interface MediaTransmit {
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/** Of microphone and loudspeaker: 10 leaves samples as they are; each step less is 3 dB; 0 is silence. */
export interface Gains {
  readonly in: number;
  readonly out: number;
}

/**
 * The speech of the one call a phone can be in: what SIP agreed on, joined with an RTP session. It takes packets only
 * from the address that was agreed on, keeps both directions when the call is held, and outlives a change of address.
 */
export class Voice {
  gains: Gains = { in: 10, out: 10 };
  readonly #random: Random;
  readonly #codecOf: FrameCodecOf | undefined;
  #session: RtpSession | undefined;
  #media: NegotiatedMedia | undefined;
  #codec: FrameCodec | undefined;
  #last: MediaStatistics | undefined;
  #strangers = 0;

  constructor(random: Random, codecOf?: FrameCodecOf) {
    this.#random = random;
    this.#codecOf = codecOf;
  }

  /** Whether anything came of the last packet that `pollEvent` has to tell. */
  get hasNews(): boolean {
    return this.#session?.hasNews ?? false;
  }

  /** Whether a call's speech is on: the audio clock is wanted. */
  get isOn(): boolean {
    return this.#session !== undefined;
  }

  /** Packets dropped because they came from elsewhere than agreed. */
  get strangers(): number {
    return this.#strangers;
  }

  /** Counts of this call, or of the last. */
  get statistics(): MediaStatistics | undefined {
    return this.#session?.statistics() ?? this.#last;
  }

  /** Begins, or goes on as was newly agreed; another codec begins a new session. */
  agree(now: Instant, media: NegotiatedMedia): void {
    const before = this.#media;
    this.#media = media;
    if (this.#session !== undefined && before?.codec === media.codec) return;
    this.#session?.stop(now);
    const events = media.telephoneEventType;
    const codec = this.#codecOf?.(media.codec) ?? new G711(media.codec);
    this.#codec = codec;
    this.#session = new RtpSession(now, {
      law: media.codec,
      random: this.#random,
      codec,
      ...(events === undefined ? {} : { outboundEventType: events, inboundEventType: events }),
    });
  }

  /** Ends with a good-bye to the other side, which is the last thing `pollTransmit` gives. */
  stop(now: Instant): readonly MediaTransmit[] {
    if (this.#session === undefined) return [];
    this.#session.stop(now);
    const last: MediaTransmit[] = [];
    for (let packet = this.pollTransmit(); packet !== undefined; packet = this.pollTransmit())
      last.push(packet);
    this.#last = this.#session.statistics();
    this.#session = undefined;
    this.#media = undefined;
    return last;
  }

  handlePacket(now: Instant, from: Endpoint, bytes: Uint8Array): void {
    if (this.#session === undefined || this.#media === undefined) return;
    if (sameEndpoint(from, this.#media.remote)) this.#session.handlePacket(now, bytes);
    else this.#strangers++;
  }

  /** One tick of the audio clock: sends what was heard, returns what to play. */
  handleFrame(now: Instant, heard: Int16Array | undefined): Int16Array | undefined {
    if (this.#session === undefined || this.#media === undefined) return undefined;
    const { direction } = this.#media;
    const sends = direction === "sendrecv" || direction === "sendonly";
    if (heard?.length === audioFrameSamples && sends) {
      this.scale(heard, this.gains.in);
      this.#session.capture(now, heard);
    }
    const played = this.#session.playout(now);
    this.scale(played, this.gains.out);
    return played;
  }

  /** Queues a digit; false when the other side takes none, or no call is on. */
  sendDigit(now: Instant, digit: Digit): boolean {
    return this.#session?.sendDigit(now, digit) ?? false;
  }

  handleTimeout(now: Instant): void {
    this.#session?.handleTimeout(now);
  }

  pollTransmit(): MediaTransmit | undefined {
    const packet = this.#session?.pollTransmit();
    if (packet === undefined || this.#media === undefined) return undefined;
    return { to: this.#media.remote, bytes: packet };
  }

  pollEvent(): MediaEvent | undefined {
    return this.#session?.pollEvent();
  }

  pollTimeout(): Deadline | undefined {
    return this.#session?.pollTimeout();
  }

  private scale(samples: Int16Array, steps: number): void {
    if (steps < 10)
      this.#codec?.scale(samples, Math.round(steps === 0 ? 0 : 32_768 * Math.pow(2, (steps - 10) / 2)));
  }
}
