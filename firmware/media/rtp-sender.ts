import { assert } from "../core/assert.js";
import { audioFrameSamples } from "../core/limits.js";
import { randomUint32 } from "../core/random.js";
import type { Random } from "../core/random.js";
import { rtpHeaderBytes, writeRtpHeader } from "../wire/rtp.js";
import { DtmfSender, eventPayloadBytes, writeEvent } from "./dtmf.js";
import type { Digit, OutboundEvent } from "./dtmf.js";
import type { FrameCodec } from "./g711.js";
import type { OutboundPackets } from "./outbound-packets.js";
import type { PacketProtection } from "./packet-protection.js";

/** How the packets sent are to look. */
export interface SenderOptions {
  readonly codec: FrameCodec;
  readonly payloadType: number;
  /** Payload type the other side wants telephone events in; without it digits are refused. */
  readonly eventPayloadType?: number;
  readonly protection: PacketProtection;
}

/** Our own source: one packet for each 20 ms captured (RFC 3550 §5.1, RFC 3551 §4.5.14), or an event in its place. */
export class RtpSender {
  readonly #options: SenderOptions;
  readonly #outbound: OutboundPackets;
  /** Made at the first digit. */
  #dtmf: DtmfSender | undefined;
  /** Our synchronisation source, at random (RFC 3550 §8). */
  readonly ssrc: number;
  #sequence: number;
  #timestamp: number;
  #talking = false;
  #packets = 0;
  #payloadBytes = 0;

  constructor(options: SenderOptions, outbound: OutboundPackets, random: Random) {
    this.#options = options;
    this.#outbound = outbound;
    this.ssrc = randomUint32(random);
    // The upper bit stays clear, so that the first wrap is far from the start (SRTP's roll-over counter, RFC
    // 3711 §3.3.1).
    this.#sequence = randomUint32(random) & 0x7fff;
    this.#timestamp = randomUint32(random);
  }

  /** Packets sent, and bytes of payload in them. */
  get packets(): number {
    return this.#packets;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** RTP timestamp of the next frame. */
  get timestamp(): number {
    return this.#timestamp;
  }

  /** Sends one frame of 160 samples, or what goes in its place. */
  send(samples: Int16Array): void {
    assert(samples.length === audioFrameSamples, "a frame has 160 samples");
    const event = this.#dtmf?.step(this.#timestamp);
    if (event !== undefined) this.sendEvent(event);
    if (event?.replacesAudio === true) this.#talking = false;
    else this.sendAudio(samples);
    this.#timestamp = (this.#timestamp + audioFrameSamples) >>> 0;
  }

  /** Queues a digit; false when events were not agreed on, or too many digits wait. */
  sendDigit(digit: Digit): boolean {
    if (this.#options.eventPayloadType === undefined) return false;
    this.#dtmf ??= new DtmfSender();
    return this.#dtmf.send(digit);
  }

  private sendAudio(samples: Int16Array): void {
    const packet = this.#outbound.free;
    const marker = !this.#talking;
    this.#talking = true;
    this.writeHeader(packet, this.#options.payloadType, marker, this.#timestamp);
    this.#options.codec.encode(samples, packet, rtpHeaderBytes);
    this.commit(packet, audioFrameSamples);
  }

  private sendEvent(event: OutboundEvent): void {
    const packet = this.#outbound.free;
    this.writeHeader(packet, this.#options.eventPayloadType ?? 0, event.first, event.timestamp);
    writeEvent(packet, rtpHeaderBytes, event.payload);
    this.commit(packet, eventPayloadBytes);
  }

  private writeHeader(packet: Uint8Array, payloadType: number, marker: boolean, timestamp: number): void {
    writeRtpHeader(packet, { marker, payloadType, sequence: this.#sequence, timestamp, ssrc: this.ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
  }

  private commit(packet: Uint8Array, payloadBytes: number): void {
    this.#packets++;
    this.#payloadBytes += payloadBytes;
    this.#outbound.commit(this.#options.protection.protect(packet, rtpHeaderBytes + payloadBytes));
  }
}
