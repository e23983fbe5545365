import type { MediaStatistics } from "./media/rtp-session.js";
import type { CallEnd } from "./phone/call-state.js";
import type { Outcome } from "./usage/sip/outcome.js";

/** What the end of a call tells of its media, for programs. */
export function mediaFacts(counted: MediaStatistics): Record<string, number> {
  return {
    packetsSent: counted.sent,
    packetsReceived: counted.received,
    packetsLost: counted.lost,
    packetsLate: counted.late,
    framesConcealed: counted.concealedFrames,
    playoutDelayMs: counted.playoutDelayMs,
    jitterMs: Math.round(10 * counted.jitterMs) / 10,
  };
}

/** How the phone names what SIP calls the outcome. */
export function endOf(outcome: Outcome): CallEnd {
  return ends[outcome];
}

/** Why a message was not even sent, after a lookup that led nowhere. */
export const messageFaults: Readonly<Record<"contested" | "unknown" | "failed", string>> = {
  contested: "several phones go by that name; call first, and choose",
  unknown: "no phone of that name is there",
  failed: "the other phones do not answer",
};

const ends: Readonly<Record<Outcome, CallEnd>> = {
  hungUp: "hung-up",
  remoteHungUp: "hung-up",
  busy: "busy",
  declined: "declined",
  noAnswer: "no-answer",
  cancelled: "hung-up",
  callerGaveUp: "no-answer",
  answeredElsewhere: "answered-elsewhere",
  declinedElsewhere: "declined-elsewhere",
  missed: "no-answer",
  declinedHere: "declined",
  unknownUser: "not-found",
  unreachable: "unreachable",
  notAcceptable: "failed",
  forbidden: "failed",
  passwordWanted: "wants-password",
  redirected: "redirected",
  impostor: "failed",
  connectionLost: "lost",
  lineFull: "failed",
  failed: "failed",
};
