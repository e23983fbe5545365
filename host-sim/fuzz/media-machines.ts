import {
  audioBlockSamples,
  audioFrameSamples,
  mediaPacketsOutboundMax,
  streamSilentMs,
} from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import { RtpSession } from "../../firmware/media/rtp-session.js";
import { rtpHeaderBytes, rtpKind } from "../../firmware/wire/rtp.js";
import { Prng } from "../virtual/prng.js";
import { must, type Decoder, type Reader } from "./decoder.js";
import { rtcpPackets, rtpPackets, rtpSource } from "./media-decoders.js";

/** The speech of a call whose other end, or who pretends to be it, sends anything at all. */
export function mediaMachines(): readonly Decoder[] {
  const examples = (): readonly Uint8Array[] => [...rtpPackets(), ...rtcpPackets()];
  const open = (seed: string): Reader => new CallReader(seed);
  return [{ name: "machine/rtp-session", form: "binary", examples, inputsPerReader: 2000, costs: 4, open }];
}

class CallReader implements Reader {
  readonly #prng: Prng;
  readonly #session: RtpSession;
  readonly #heard: Int16Array = new Int16Array(audioFrameSamples).fill(100);
  #now: Instant = instant(0);
  #sequence = 1;

  constructor(seed: string) {
    this.#prng = new Prng(seed);
    const events = { outboundEventType: 101, inboundEventType: 101 };
    this.#session = new RtpSession(this.#now, { law: "PCMU", random: this.#prng, ...events });
    // Who it is that speaks is known by the first packet: later ones of other sources are strangers'.
    const [first] = rtpPackets();
    if (first !== undefined) this.#session.handlePacket(this.#now, first);
  }

  feed(input: Uint8Array): string {
    if (this.#prng.chance(0.05)) this.#returnOfSource();
    const before = this.#session.statistics();
    this.#session.handlePacket(
      this.#now,
      rtpKind(input) === "rtp" && this.#prng.chance(0.7) ? this.#inStep(input) : input,
    );
    const after = this.#session.statistics();
    if (this.#prng.chance(0.3)) this.#tick();
    for (const [name, count] of Object.entries(after)) {
      must(typeof count !== "number" || Number.isFinite(count), `${name} is ${String(count)}`);
    }
    if (after.malformed > before.malformed) return "malformed";
    return after.strangers > before.strangers ? "stranger" : "accepted";
  }

  close(): void {
    this.#session.stop(this.#now);
    this.#drain();
    must(this.#session.pollTimeout() === undefined, "a session that has ended waits for something");
  }

  /** The input as the next packet of the stream, as long as packets are: so that its rest is looked at. */
  #inStep(input: Uint8Array): Uint8Array {
    const isPlain = input[0] === 0x80 && input.length > rtpHeaderBytes + audioBlockSamples;
    const whole = input.length - ((input.length - rtpHeaderBytes) % audioBlockSamples);
    const packet = input.slice(0, isPlain ? whole : input.length);
    if (packet.length < rtpHeaderBytes) return packet;
    const view = new DataView(packet.buffer);
    view.setUint16(2, ++this.#sequence & 0xffff);
    if (this.#prng.chance(0.9)) view.setUint32(4, 160 * this.#sequence);
    if (this.#prng.chance(0.9)) view.setUint32(8, rtpSource);
    return packet;
  }

  /** Another source may have taken the place of one that said good-bye: it falls silent, and the first is back. */
  #returnOfSource(): void {
    this.#now = instant(this.#now + streamSilentMs + 1);
    const [first] = rtpPackets();
    if (first !== undefined) this.#session.handlePacket(this.#now, this.#inStep(first));
    this.#tick();
  }

  /** 20 ms pass. */
  #tick(): void {
    this.#now = instant(this.#now + 20);
    this.#session.capture(this.#now, this.#heard);
    must(
      this.#session.playout(this.#now).length === audioFrameSamples,
      "a frame of another length is played",
    );
    const next = this.#session.pollTimeout();
    if (next !== undefined && next.at <= this.#now) this.#session.handleTimeout(this.#now);
    this.#drain();
  }

  #drain(): void {
    let packets = 0;
    while (this.#session.pollTransmit() !== undefined) packets++;
    must(packets <= mediaPacketsOutboundMax, `${packets} packets in one tick`);
    while (this.#session.pollEvent() !== undefined);
  }
}
