import { toHex } from "../core/bytes.js";
import { audioSamplesPerSecond, rtcpIntervalMs } from "../core/limits.js";
import { none } from "../core/none.js";
import { jitter, randomBytes } from "../core/random.js";
import type { Random } from "../core/random.js";
import { after, elapsed } from "../core/time.js";
import type { Instant } from "../core/time.js";
import { encodeRtcp } from "../wire/rtcp.js";
import type { OutboundRtcpPacket, ReportBlock, RtcpPacket } from "../wire/rtcp.js";
import type { RtpReceiver } from "./rtp-receiver.js";
import type { RtpSender } from "./rtp-sender.js";

/** A sender report by the middle of its NTP time, and when it went or came. */
interface ReportTime {
  readonly middle: number;
  readonly at: Instant;
}

/** What both clocks' rounding may add up to. */
const echoErrorMs = 2;

/** What the other side says of the packets it gets from us. */
export interface RemoteView {
  /** 0 .. 1, over its last interval. */
  readonly fractionLost: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
}

/**
 * Reports between two (RFC 3550 §6): a compound of SR or RR with CNAME about every five seconds, the first
 * after half of that, each time between half and one and a half of the interval (§6.2, §6.3.1); round trips
 * from what comes back (§6.4.1). With two members there is no membership to count and no timer
 * reconsideration.
 */
export class RtcpReporter {
  readonly #random: Random;
  readonly #sender: RtpSender;
  readonly #receiver: RtpReceiver;
  /** Short-lived and at random (RFC 7022 §4.2): it says nothing about who calls. */
  readonly #cname: string;
  #dueAt: Instant;
  #reportedPackets = 0;
  /** Our last two sender reports, newest last. */
  #sent: readonly ReportTime[] = none;
  #senderReport: ReportTime | undefined;
  #roundTripMs: number | undefined;
  #remoteView: RemoteView | undefined;

  constructor(now: Instant, random: Random, sender: RtpSender, receiver: RtpReceiver) {
    this.#random = random;
    this.#sender = sender;
    this.#receiver = receiver;
    this.#cname = toHex(randomBytes(random, 12));
    this.#dueAt = this.next(now, rtcpIntervalMs / 2);
  }

  /** When the next report is due. */
  get dueAt(): Instant {
    return this.#dueAt;
  }

  /** From our report to its echo, less what the other side waited; `undefined` before the first. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  get remoteView(): RemoteView | undefined {
    return this.#remoteView;
  }

  /** The compound of this report; schedules the next. */
  report(now: Instant): Uint8Array {
    this.#dueAt = this.next(now, rtcpIntervalMs);
    return encodeRtcp(this.packets(now));
  }

  /** The last report, with BYE (RFC 3550 §6.6). */
  goodbye(now: Instant): Uint8Array {
    return encodeRtcp([...this.packets(now), { type: "goodbye", ssrcs: [this.#sender.ssrc] }]);
  }

  /** Takes the packets of one compound from the remote source; true when it said good-bye. */
  handle(now: Instant, packets: readonly RtcpPacket[]): boolean {
    let hasLeft = false;
    for (const packet of packets) {
      if (packet.type === "goodbye") {
        hasLeft ||= this.#receiver.ssrc !== undefined && packet.ssrcs.includes(this.#receiver.ssrc);
      } else if (packet.type === "senderReport" || packet.type === "receiverReport") {
        for (const block of packet.reports) this.handleBlock(now, block);
        if (packet.type === "senderReport" && packet.ssrc === this.#receiver.ssrc) {
          this.#senderReport = { middle: middleOf(packet.ntpSeconds, packet.ntpFraction), at: now };
        }
      }
    }
    return hasLeft;
  }

  /** Another source sends now: its reports begin anew. */
  forgetSource(): void {
    this.#senderReport = undefined;
  }

  private packets(now: Instant): OutboundRtcpPacket[] {
    const ssrc = this.#sender.ssrc;
    const reports = this.reportBlocks(now);
    const description: OutboundRtcpPacket = { type: "sourceDescription", ssrc, cname: this.#cname };
    const hasSent = this.#sender.packets > this.#reportedPackets;
    this.#reportedPackets = this.#sender.packets;
    if (!hasSent) return [{ type: "receiverReport", ssrc, reports }, description];
    const seconds = Math.floor(now / 1000);
    const ntpFraction = Math.floor(((now - 1000 * seconds) / 1000) * 0x100000000);
    this.#sent = [...this.#sent.slice(-1), { middle: middleOf(seconds, ntpFraction), at: now }];
    const sender: OutboundRtcpPacket = {
      type: "senderReport",
      ssrc,
      ntpSeconds: seconds,
      ntpFraction,
      timestamp: this.#sender.timestamp,
      packets: this.#sender.packets >>> 0,
      payloadBytes: this.#sender.payloadBytes >>> 0,
      reports,
    };
    return [sender, description];
  }

  private reportBlocks(now: Instant): ReportBlock[] {
    const ssrc = this.#receiver.ssrc;
    if (ssrc === undefined) return [];
    const { reception } = this.#receiver;
    const last = this.#senderReport;
    const delay = last === undefined ? 0 : Math.floor((elapsed(last.at, now) * 65536) / 1000);
    return [
      {
        ssrc,
        fractionLost: reception.takeFractionLost(),
        cumulativeLost: Math.min(reception.cumulativeLost, 0x7fffff),
        highestSequence: reception.highestSequence,
        jitter: Math.floor(reception.jitterSamples) >>> 0,
        lastSenderReport: last?.middle ?? 0,
        delaySinceLast: Math.min(delay, 0xffffffff),
      },
    ];
  }

  private handleBlock(now: Instant, block: ReportBlock): void {
    if (block.ssrc !== this.#sender.ssrc) return;
    this.#remoteView = {
      fractionLost: block.fractionLost / 256,
      packetsLost: block.cumulativeLost,
      jitterMs: (block.jitter * 1000) / audioSamplesPerSecond,
    };
    // Only an echo of a report that was sent is believed, and none that waited longer than it was under way.
    const sent = this.#sent.find(({ middle }) => middle === block.lastSenderReport);
    if (sent === undefined) return;
    const roundTripMs = elapsed(sent.at, now) - (block.delaySinceLast * 1000) / 65536;
    if (roundTripMs > -echoErrorMs) this.#roundTripMs = Math.max(0, roundTripMs);
  }

  private next(now: Instant, interval: number): Instant {
    return after(now, jitter(this.#random, interval / 2, interval + interval / 2));
  }
}

/** The middle 32 of the 64 bits of an NTP time: 1/65536 s. */
function middleOf(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
