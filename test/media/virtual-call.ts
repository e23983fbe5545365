import assert from "node:assert/strict";
import { rtpKind } from "../../firmware/wire/rtp.js";
import { instant } from "../../firmware/core/time.js";
import { RtpSession } from "../../firmware/media/rtp-session.js";
import type { MediaEvent, MediaStatistics, RtpSessionOptions } from "../../firmware/media/rtp-session.js";
import { Prng } from "../../host-sim/virtual/prng.js";
import { seed } from "../support/seed.js";

/** A session as the tests use it: µ-law, events of type 101 both ways. */
export function session(name: string, options: Partial<RtpSessionOptions> = {}): RtpSession {
  const random = new Prng(`${seed}/${name}`);
  return new RtpSession(instant(0), {
    law: "PCMU",
    inboundEventType: 101,
    outboundEventType: 101,
    random,
    ...options,
  });
}

/** A frame of sawtooth: anything but silence. */
export const frame = Int16Array.from({ length: 160 }, (_, i) => 200 * (i % 40) - 4000);

/** Everything `from` wants to send, copied. */
export function drain(from: RtpSession): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let packet = from.pollTransmit(); packet; packet = from.pollTransmit()) packets.push(packet.slice());
  return packets;
}

/** The events of a session since this was last asked. */
export function eventsOf(of: RtpSession): MediaEvent[] {
  const events: MediaEvent[] = [];
  for (let event = of.pollEvent(); event; event = of.pollEvent()) events.push(event);
  return events;
}

/** One audio packet of `from`. */
export function audioOf(from: RtpSession, now = 0): Uint8Array {
  from.capture(instant(now), frame);
  const packet = drain(from).find((bytes) => rtpKind(bytes) === "rtp");
  assert.ok(packet);
  return packet;
}

/** What the network does to each packet, at random. */
export interface Path {
  readonly delayMs: number;
  /** Added to each packet, evenly from 0 to this; packets may so overtake each other. */
  readonly jitterMs: number;
  readonly lossShare: number;
  readonly duplicateShare: number;
}

export const idealPath: Path = { delayMs: 5, jitterMs: 0, lossShare: 0, duplicateShare: 0 };

/** A stretch in which one host does nothing: its audio ticks and its arrivals wait, and then come all at once. */
export interface Stall {
  readonly host: "a" | "b";
  readonly at: number;
  readonly forMs: number;
}

interface Host {
  readonly session: RtpSession;
  readonly speech: Int16Array;
  /** ms after the other's audio tick */
  readonly phase: number;
  /** Length of 20 ms by this host's audio clock. */
  readonly tickMs: number;
  readonly heard: Int16Array;
  readonly events: MediaEvent[];
  readonly inbox: { readonly at: number; readonly bytes: Uint8Array }[];
  ticks: number;
}

export interface CallOptions {
  /** Names this call's chance. */
  readonly name: string;
  readonly a: RtpSession;
  readonly b: RtpSession;
  readonly speechA: Int16Array;
  readonly speechB: Int16Array;
  readonly path: Path;
  readonly stalls?: readonly Stall[];
  /** Parts per million by which b's audio clock is slow; negative: fast. */
  readonly slowPpm?: number;
  /** Runs before each millisecond; for what a test does in a call. */
  readonly at?: (ms: number) => void;
}

export interface CallResult {
  readonly heardByA: Int16Array;
  readonly heardByB: Int16Array;
  readonly a: MediaStatistics;
  readonly b: MediaStatistics;
  readonly eventsA: readonly MediaEvent[];
  readonly eventsB: readonly MediaEvent[];
  /** Packets the path lost on their way to a and to b. */
  readonly lostToA: number;
  readonly lostToB: number;
}

/** Runs two sessions against each other for `seconds` of virtual time, a millisecond at a time. */
export function runCall(options: CallOptions, seconds: number): CallResult {
  const { path } = options;
  const random = new Prng(`${seed}/${options.name}`);
  const frames = Math.ceil(seconds * 50) + 60;
  const host = (session: RtpSession, speech: Int16Array, phase: number, tickMs: number): Host => ({
    session,
    speech,
    phase,
    tickMs,
    heard: new Int16Array(160 * frames),
    events: [],
    inbox: [],
    ticks: 0,
  });
  const a = host(options.a, options.speechA, 0, 20);
  const b = host(options.b, options.speechB, 7, 20 * (1 + (options.slowPpm ?? 0) / 1e6));
  const lost = { a: 0, b: 0 };
  const drain = (from: Host, to: Host, name: "a" | "b", now: number): void => {
    for (let packet = from.session.pollTransmit(); packet; packet = from.session.pollTransmit()) {
      if (random.chance(path.lossShare)) {
        lost[name]++;
        continue;
      }
      const copies = random.chance(path.duplicateShare) ? 2 : 1;
      for (let i = 0; i < copies; i++) {
        const at = now + path.delayMs + (random.below(1000) / 1000) * path.jitterMs;
        to.inbox.push({ at, bytes: packet.slice() });
      }
    }
    for (let event = from.session.pollEvent(); event; event = from.session.pollEvent())
      from.events.push(event);
  };
  const turn = (self: Host, other: Host, toOther: "a" | "b", now: number): void => {
    while (self.phase + self.ticks * self.tickMs <= now && self.ticks < frames) tick(self, now);
    self.inbox.sort((x, y) => x.at - y.at);
    while ((self.inbox[0]?.at ?? Infinity) <= now) {
      self.session.handlePacket(instant(now), self.inbox.shift()?.bytes ?? new Uint8Array(0));
    }
    if ((self.session.pollTimeout()?.at ?? Infinity) <= now) self.session.handleTimeout(instant(now));
    drain(self, other, toOther, now);
  };
  for (let now = 0; now < seconds * 1000; now++) {
    options.at?.(now);
    if (!isStalled(options.stalls, "a", now)) turn(a, b, "b", now);
    if (!isStalled(options.stalls, "b", now)) turn(b, a, "a", now);
  }
  return {
    heardByA: a.heard.subarray(0, 160 * a.ticks),
    heardByB: b.heard.subarray(0, 160 * b.ticks),
    a: a.session.statistics(),
    b: b.session.statistics(),
    eventsA: a.events,
    eventsB: b.events,
    lostToA: lost.a,
    lostToB: lost.b,
  };
}

function tick(host: Host, now: number): void {
  const from = 160 * host.ticks;
  const frame = new Int16Array(160);
  for (let i = 0; i < 160; i++) frame[i] = host.speech[from + i] ?? 0;
  host.session.capture(instant(now), frame);
  host.heard.set(host.session.playout(instant(now)), from);
  host.ticks++;
}

function isStalled(stalls: readonly Stall[] | undefined, host: "a" | "b", now: number): boolean {
  return (
    stalls?.some((stall) => stall.host === host && stall.at <= now && now < stall.at + stall.forMs) ?? false
  );
}
