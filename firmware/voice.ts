import type { FrameCodec, FrameCodecOf } from "../hal/frame-codec.js";
import type { Endpoint } from "./core/endpoint.js";
import { audioFrameSamples } from "./core/limits.js";
import type { Random } from "./core/random.js";
import type { Deadline, Instant } from "./core/time.js";
import type { Digit } from "./media/dtmf.js";
import { G711 } from "./media/g711.js";
import { RtpSession, type MediaEvent, type MediaStatistics } from "./media/rtp-session.js";
import type { MediaTransmit, SpeechPath } from "./speech-path.js";
import type { StockPortName } from "./stock-ports.js";
import type { NegotiatedMedia } from "./usage/sip/offer-answer.js";

/** Of microphone and loudspeaker: 10 leaves samples as they are; each step less is 3 dB; 0 is silence. */
export interface Gains {
  readonly in: number;
  readonly out: number;
}

/**
 * The speech of the one call a phone can be in: what SIP agreed on, joined with an RTP session and the path its packets
 * take. On hold nothing the microphone hears is sent, and nothing is played.
 */
export class Voice {
  gains: Gains = { in: 10, out: 10 };
  /** Whether the person here holds the call. */
  held = false;
  readonly #random: Random;
  readonly #codecOf: FrameCodecOf | undefined;
  #session: RtpSession | undefined;
  #media: NegotiatedMedia | undefined;
  #path: SpeechPath | undefined;
  #heardAt: Instant | undefined;
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

  /** When something of this call was heard last, speech or a report. */
  get heardAt(): Instant | undefined {
    return this.#heardAt;
  }

  /** Packets dropped because they came from elsewhere than agreed. */
  get strangers(): number {
    return this.#strangers;
  }

  /** Counts of this call, or of the last. */
  get statistics(): MediaStatistics | undefined {
    return this.#session?.statistics() ?? this.#last;
  }

  /** Begins to speak over `path`. */
  begin(now: Instant, media: NegotiatedMedia, path: SpeechPath): void {
    this.held = false;
    this.#path = path;
    this.#heardAt = undefined;
    this.agree(now, media);
  }

  /** Goes on as was newly agreed; another codec begins a new session. */
  agree(now: Instant, media: NegotiatedMedia): void {
    const before = this.#media;
    this.#media = media;
    this.#path?.agree(media);
    if (this.#session !== undefined && before?.codec === media.codec) return;
    const events = media.telephoneEventType;
    const codec = this.#codecOf?.(media.codec) ?? new G711(media.codec);
    this.#codec = codec;
    this.#last = undefined;
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
    this.#path = undefined;
    return last;
  }

  /** A packet that came to a port for stock phones, `through`, or to the one of everything else. */
  handlePacket(now: Instant, from: Endpoint, bytes: Uint8Array, through?: StockPortName): void {
    if (this.#session === undefined || this.#path === undefined) return;
    if (this.#path.takes(from, through)) {
      this.#heardAt = now;
      this.#session.handlePacket(now, bytes);
    } else this.#strangers++;
  }

  /** One tick of the audio clock: sends what was heard, returns what to play, in the same array where there is one. */
  handleFrame(now: Instant, heard: Int16Array | undefined): Int16Array | undefined {
    if (this.#session === undefined || this.#media === undefined) return undefined;
    const { direction } = this.#media;
    const sends = direction === "sendrecv" || direction === "sendonly";
    const room = heard?.length === audioFrameSamples ? heard : undefined;
    if (room !== undefined && sends) {
      if (this.held) room.fill(0);
      else this.scale(room, this.gains.in);
      this.#session.capture(now, room);
    }
    const played = this.#session.playout(now, room);
    if (this.held) played.fill(0);
    else this.scale(played, this.gains.out);
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
    for (;;) {
      const packet = this.#session?.pollTransmit();
      if (packet === undefined) return undefined;
      const addressed = this.#path?.address(packet);
      if (addressed !== undefined) return addressed;
    }
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
