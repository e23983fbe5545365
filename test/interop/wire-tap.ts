import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { readEthernetFrame, etherType } from "../../host-sim/xs/ethernet-frame.js";
import { readIpv4Packet, type UdpDatagram } from "../../host-sim/xs/ipv4-packet.js";
import { EventLog } from "./event-log.js";
import { spawnOn, type LanHost } from "./lan.js";

/** A SIP message on its way. */
export interface SipOnWire {
  readonly from: string;
  readonly to: string;
  /** "INVITE sip:100@192.0.2.7 SIP/2.0", "SIP/2.0 486 Busy Here" */
  readonly startLine: string;
  readonly text: string;
}

/** RTP packets of one payload type, one after another from one phone to another. */
export interface RtpRun {
  readonly from: string;
  readonly payloadType: number;
  packets: number;
  /** Those of them that are not silence. */
  sounding: number;
}

type Entry = { readonly sip: SipOnWire } | { readonly rtp: RtpRun };

/** An end to waiting, no figure of a test. */
const speechMsMax = 30_000;
const sipPort = 5060;
const fileHeaderBytes = 24;
const packetHeaderBytes = 16;
const rtpHeaderBytes = 12;
/** Payload types that RTCP takes when it is read as RTP (RFC 5761 §4). */
const rtcpTypes = { first: 64, last: 95 } as const;

/** Hears all UDP that comes to a host and leaves it, SIP and RTP in the order they had there: tcpdump's view. */
export class WireTap {
  readonly #program: ChildProcessWithoutNullStreams;
  readonly #messages = new EventLog<SipOnWire>("the wire", ({ from, startLine }) => `${from}: ${startLine}`);
  #entries: Entry[] = [];
  #left = Buffer.alloc(0);
  #listening = false;

  constructor(host: LanHost) {
    const words = ["-i", "lan", "-U", "--immediate-mode", "-Z", "root", "-w", "-", "udp"];
    this.#program = spawnOn(host, "tcpdump", words);
    this.#program.stdout.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#program.on("close", () => this.#messages.end("tcpdump has ended"));
  }

  /** Resolves when it hears. */
  async ready(): Promise<void> {
    for await (const text of this.#program.stderr) if (String(text).includes("listening on")) return;
    throw new Error("tcpdump does not listen");
  }

  /** A SIP message whose text, from its start line on, matches. */
  sip(what: string, from: string, pattern: RegExp): Promise<SipOnWire> {
    return this.#messages.take(what, (message) => message.from === from && pattern.test(message.text));
  }

  /** All SIP since the last `forget`. */
  get messages(): readonly SipOnWire[] {
    return this.#entries.flatMap((entry) => ("sip" in entry ? [entry.sip] : []));
  }

  /** Packets from a phone of each payload type. */
  rtp(from: string): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const entry of this.#entries) {
      if (!("rtp" in entry) || entry.rtp.from !== from) continue;
      counts.set(entry.rtp.payloadType, (counts.get(entry.rtp.payloadType) ?? 0) + entry.rtp.packets);
    }
    return counts;
  }

  /** Resolves when a phone has sent so many RTP packets more. */
  async speech(from: string, packets: number): Promise<void> {
    const wanted = this.#packetsFrom(from) + packets;
    const until = performance.now() + speechMsMax;
    while (this.#packetsFrom(from) < wanted) {
      if (performance.now() > until) throw new Error(`${from} does not send ${packets} packets of speech`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Packets from a phone between two SIP messages. */
  rtpBetween(from: string, after: SipOnWire, before: SipOnWire): Pick<RtpRun, "packets" | "sounding"> {
    const at = (message: SipOnWire): number =>
      this.#entries.findIndex((entry) => "sip" in entry && entry.sip === message);
    const total = { packets: 0, sounding: 0 };
    for (const entry of this.#entries.slice(at(after), at(before))) {
      if (!("rtp" in entry) || entry.rtp.from !== from) continue;
      total.packets += entry.rtp.packets;
      total.sounding += entry.rtp.sounding;
    }
    return total;
  }

  forget(): void {
    this.#entries = [];
    this.#messages.forget();
  }

  #packetsFrom(from: string): number {
    return [...this.rtp(from).values()].reduce((total, packets) => total + packets, 0);
  }

  #read(bytes: Buffer): void {
    this.#left = Buffer.concat([this.#left, bytes]);
    if (!this.#listening && this.#left.length >= fileHeaderBytes) {
      this.#left = this.#left.subarray(fileHeaderBytes);
      this.#listening = true;
    }
    while (this.#listening && this.#left.length >= packetHeaderBytes) {
      const end = packetHeaderBytes + this.#left.readUInt32LE(8);
      if (this.#left.length < end) return;
      this.#handleFrame(this.#left.subarray(packetHeaderBytes, end));
      this.#left = this.#left.subarray(end);
    }
  }

  #handleFrame(bytes: Buffer): void {
    const frame = readEthernetFrame(bytes);
    if (frame?.type !== etherType.ipv4) return;
    const packet = readIpv4Packet(frame.payload);
    if (packet.kind !== "udp") return;
    const { datagram } = packet;
    if (datagram.sourcePort === sipPort || datagram.destinationPort === sipPort) this.#addSip(datagram);
    else this.#addRtp(datagram);
  }

  #addSip({ source, destination, payload }: UdpDatagram): void {
    const text = payload.toString();
    const [startLine = ""] = text.split("\r\n");
    if (!startLine.includes("SIP/2.0")) return;
    const sip = { from: source, to: destination, startLine, text };
    this.#entries.push({ sip });
    this.#messages.add(sip);
  }

  #addRtp({ source, payload }: UdpDatagram): void {
    if (payload.length < rtpHeaderBytes || (payload[0] ?? 0) >> 6 !== 2) return;
    const payloadType = (payload[1] ?? 0) & 0x7f;
    if (payloadType >= rtcpTypes.first && payloadType <= rtcpTypes.last) return;
    const last = this.#entries.findLast((entry) => "sip" in entry || entry.rtp.from === source);
    const goesOn = last !== undefined && "rtp" in last && last.rtp.payloadType === payloadType;
    const rtp = goesOn ? last.rtp : { from: source, payloadType, packets: 0, sounding: 0 };
    if (!goesOn) this.#entries.push({ rtp });
    rtp.packets += 1;
    // Silence is one sample again and again, in either law.
    const [first, ...others] = payload.subarray(rtpHeaderBytes);
    if (others.some((byte) => byte !== first)) rtp.sounding += 1;
  }
}
