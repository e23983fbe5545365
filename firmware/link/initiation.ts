import type { Endpoint } from "../core/endpoint.js";
import {
  flightFramesMax,
  handshakeLifetimeMs,
  handshakeResendMs,
  handshakeResendsMax,
} from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { after, elapsed, type Duration, type Instant } from "../core/time.js";
import type { HandshakeFault } from "../identity/handshake.js";
import type { Initiator } from "../identity/initiator.js";
import type { ConnectFailure, LinkId } from "./link-event.js";
import type { Session } from "./session.js";

/** Whom to open a link to. */
export interface Sought {
  readonly endpoint: Endpoint;
  /** Who must answer; absent: whoever does. */
  readonly nodeId?: NodeId | undefined;
  /** The link whose session is to be renewed. */
  readonly renewal?: LinkId | undefined;
  /** Nobody but a forgeable datagram says that somebody is there: hello1 goes within the rule of three. */
  readonly isUnproven?: boolean;
  /** Where the node may be, where `endpoint` is a tunnel. */
  readonly direct?: Endpoint | undefined;
}

/** A frame sent before the other has confirmed, kept to be sent again with hello3. */
export interface FlightFrame {
  readonly counter: number;
  readonly plaintext: Uint8Array;
}

/**
 * One handshake of our own making:
 * preparing (hello1 is being made) -> greeted (hello1 sent) -> reading (a hello2 is being read; back to
 * greeted when it is no good) -> completing (hello3 sent, the link is up) -> confirmed, which ends it.
 */
export class Initiation {
  readonly kind = "initiation" as const;
  readonly sought: Sought;
  machine: Initiator;
  stage: "preparing" | "greeted" | "reading" | "completing" = "preparing";
  /**
   * Of this stage: when it is given up, when its bytes go again, how long the next wait is, how often they
   * went again.
   */
  giveUpAt: Instant;
  resendAt: Instant;
  resendDelayMs: Duration = handshakeResendMs;
  resends = 0;
  /** When hello1 went first: with hello2, a first idea of the round trip. */
  greetedAt: Instant;
  /** As in `Sought`; no more once somebody else has asked for the same. */
  isUnproven: boolean;
  /** The other has opened at the same time and is let go first. */
  gaveWay = false;
  cookies = 0;
  readings = 0;
  /** What was wrong with the last hello2. */
  fault: HandshakeFault | undefined;
  /** Since completing. */
  session: Session | undefined;
  readonly flight: FlightFrame[] = [];

  constructor(sought: Sought, machine: Initiator, now: Instant) {
    this.sought = sought;
    this.isUnproven = sought.isUnproven ?? false;
    this.machine = machine;
    this.giveUpAt = after(now, handshakeLifetimeMs);
    this.resendAt = this.giveUpAt;
    this.greetedAt = now;
  }

  /**
   * Enters a stage in which bytes are sent and sent again; the first wait is 200 ms, or twice the round
   * trip if that is longer.
   */
  beginFlight(stage: "greeted" | "completing", now: Instant, roundTripMs: Duration): void {
    this.stage = stage;
    this.giveUpAt = after(now, handshakeLifetimeMs);
    this.resendDelayMs = Math.max(handshakeResendMs, 2 * roundTripMs);
    this.resendAt = after(now, this.resendDelayMs);
    this.resends = 0;
    if (stage === "greeted") this.greetedAt = now;
  }

  /** The bytes of this stage were sent again; the wait doubles each time. */
  noteResent(now: Instant): void {
    this.gaveWay = false;
    this.resends++;
    this.resendDelayMs *= 2;
    this.resendAt = this.resends < handshakeResendsMax ? after(now, this.resendDelayMs) : this.giveUpAt;
  }

  /** The other has opened at the same time and is to be the initiator: wait before going on. */
  giveWay(now: Instant, waitMs: Duration): void {
    this.gaveWay = true;
    this.resendAt = after(now, waitMs);
    this.giveUpAt = after(this.resendAt, handshakeLifetimeMs);
  }

  /** Round trip from hello1 to now, the other's computing included. */
  roundTripMs(now: Instant): Duration {
    return this.resends === 0 ? elapsed(this.greetedAt, now) : handshakeResendMs;
  }

  /** A frame was sent on the unconfirmed session; the first few are kept. */
  keep(frame: FlightFrame): void {
    if (this.flight.length < flightFramesMax) this.flight.push(frame);
  }

  /** Why it has failed, when it has. */
  failure(): ConnectFailure {
    const { fault } = this;
    if (fault === undefined) return "no-answer";
    if (fault === "wrong-node" || fault === "own-node") return fault;
    return typeof fault === "object" || fault === "key-not-convertible" ? "bad-credential" : "not-authentic";
  }
}
