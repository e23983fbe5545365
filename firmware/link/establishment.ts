import type { Endpoint } from "../core/endpoint.js";
import type { NodeId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import type { HandshakeOutcome } from "../identity/handshake.js";
import { encodeLeave } from "../wire/kinds/neighbours.js";
import { renewalFlag, type LinkContext } from "./context.js";
import type { Initiation } from "./initiation.js";
import type { Initiations } from "./initiations.js";
import type { LinkRow } from "./link-table.js";
import { meet } from "./meeting.js";
import { betterPath } from "./path.js";
import type { Response } from "./response.js";
import type { Responses } from "./responses.js";
import type { Roster } from "./roster.js";
import { Session } from "./session.js";
import type { Traffic } from "./traffic.js";

/** What links are made of. */
export interface EstablishmentParts {
  readonly context: LinkContext;
  readonly initiations: Initiations;
  readonly responses: Responses;
  readonly roster: Roster;
  readonly traffic: Traffic;
}

/** A handshake whose outcome is there. */
interface Finished {
  readonly outcome: HandshakeOutcome;
  readonly session: Session;
  readonly endpoint: Endpoint;
  readonly renewal: boolean;
  /** Our own attempt, or the answer to another's. */
  readonly handshake: Initiation | Response;
}

/** From a finished handshake to a link: a new row, or a new session for a link there is, or neither. */
export class Establishment {
  readonly #parts: EstablishmentParts;

  constructor(parts: EstablishmentParts) {
    this.#parts = parts;
  }

  /**
   * Our attempt has read hello2: the other is who it says. Its link is up before it is confirmed (protocol
   * §2).
   */
  handleInitiated(now: Instant, initiation: Initiation, outcome: HandshakeOutcome): void {
    const session = new Session(outcome, initiation.machine.index, true, now);
    const { endpoint, renewal } = initiation.sought;
    this.establish(now, {
      outcome,
      session,
      endpoint,
      renewal: renewal !== undefined,
      handshake: initiation,
    });
  }

  /** Somebody's hello3 proved who it is. */
  handleResponded(now: Instant, response: Response, outcome: HandshakeOutcome): void {
    const session = new Session(outcome, response.machine.index, false, now);
    const held = response.held.splice(0);
    const endpoint = response.from;
    this.#parts.responses.remove(response);
    const renewal = (outcome.parameters.flags & renewalFlag) !== 0;
    this.establish(now, { outcome, session, endpoint, renewal, handshake: response });
    for (const bytes of held) this.#parts.traffic.handleData(now, endpoint, bytes);
  }

  private establish(now: Instant, finished: Finished): void {
    const { roster, context } = this.#parts;
    const { outcome, session } = finished;
    context.side.known.remember({ credential: outcome.remote, knowsUs: false });
    const row = roster.table.toNode(outcome.remote.nodeId);
    if (row === undefined) {
      this.begin(now, finished);
      return;
    }
    const { handshake, renewal } = finished;
    const arrivedAt = handshake.kind === "response" ? handshake.hello3At : now;
    const newcomer = { initiated: session.initiated, renewal, arrivedAt };
    switch (meet(row, newcomer, now, context.side.keyRing.nodeId)) {
      case "renewed":
        this.renew(now, row, finished);
        return;
      case "keep-new":
        this.keepNew(now, row, finished);
        return;
      case "keep-old":
        this.keepOld(now, row, finished);
        return;
      case "already-linked":
        this.giveUp(finished, "already-linked");
        this.#parts.traffic.ping(now, row);
        return;
      case "replaced":
        this.replace(now, row, finished);
    }
  }

  /** A link with a row of its own. */
  private begin(now: Instant, finished: Finished): void {
    const { roster, context, initiations } = this.#parts;
    const { outcome, session, endpoint } = finished;
    const { remote, parameters } = outcome;
    if (roster.table.freeId() === undefined) this.evict(now, remote.nodeId);
    const row = roster.begin(session, remote, endpoint);
    if (row === undefined) {
      this.refuse(finished);
      return;
    }
    context.outbox.emit({
      kind: "linkUp",
      link: row.id,
      credential: remote,
      endpoint,
      initiated: session.initiated,
      roundTripMs: finished.handshake.roundTripMs(now),
      ...(parameters.endpoint && !isTunnel(endpoint) && { ownEndpoint: parameters.endpoint }),
      peerConfigSequence: parameters.configSequence,
      peerFlags: parameters.flags & ~renewalFlag,
    });
    this.finish(now, row, finished);
    const address = initiations.handleLinked(endpoint, remote.nodeId);
    const told = parameters.endpoint ?? address;
    if (isTunnel(endpoint) && told !== undefined) roster.detours.note(now, row, told);
  }

  /** The last flight: hello3 from the initiator, a first frame from the responder. */
  private finish(now: Instant, row: LinkRow, { session, handshake }: Finished): void {
    if (handshake.kind === "initiation") {
      session.unconfirmed = handshake;
      this.#parts.initiations.complete(now, handshake, session);
      const { direct } = handshake.sought;
      if (direct !== undefined) this.#parts.roster.detours.note(now, row, direct);
    } else {
      this.#parts.traffic.sendFrame(now, row, new Uint8Array(0));
    }
  }

  /** An idle link makes room for one to this node. */
  private evict(now: Instant, nodeId: NodeId): void {
    const { roster, traffic, context } = this.#parts;
    const row = roster.evictable(now, nodeId);
    if (row === undefined) return;
    context.outbox.drop("table-full");
    traffic.sendFrame(now, row, encodeLeave());
    roster.end(row, "evicted");
  }

  /** No row is to be had: the initiator hears so at once, by a leave as first frame. */
  private refuse(finished: Finished): void {
    const { context } = this.#parts;
    const { session, endpoint } = finished;
    context.outbox.drop("table-full");
    if (finished.handshake.kind === "response") {
      context.outbox.transmit(endpoint, session.seal(context.crypto, encodeLeave()));
      session.wipe();
    } else {
      this.giveUp(finished, "table-full");
    }
  }

  /** Without hello3 the other's half of this handshake ends by itself. */
  private giveUp({ session, handshake }: Finished, reason?: "already-linked" | "table-full"): void {
    session.wipe();
    if (handshake.kind === "initiation") this.#parts.initiations.abandon(handshake, reason);
  }

  /**
   * The responder sends with the new keys at once, the initiator when it is confirmed (traffic.ts): no
   * frame is lost between.
   */
  private renew(now: Instant, row: LinkRow, finished: Finished): void {
    const { session } = finished;
    session.link = row.id;
    this.#parts.context.indexes.set(session.localIndex, session);
    if (!session.initiated) this.switchTo(now, row, session, "renewed");
    this.finish(now, row, finished);
  }

  private keepNew(now: Instant, row: LinkRow, finished: Finished): void {
    const { session, endpoint } = finished;
    session.link = row.id;
    this.#parts.context.indexes.set(session.localIndex, session);
    this.switchTo(now, row, session, "duplicate");
    row.endpoint = betterPath(row.endpoint, endpoint);
    this.finish(now, row, finished);
  }

  /**
   * The new session is confirmed, for the other end waits for it, and then only receives. Our own is given
   * up unsaid.
   */
  private keepOld(now: Instant, row: LinkRow, finished: Finished): void {
    const { session, endpoint, handshake } = finished;
    if (handshake.kind === "initiation") {
      this.giveUp(finished);
      return;
    }
    session.link = row.id;
    const { context, roster } = this.#parts;
    context.outbox.transmit(endpoint, session.seal(context.crypto, new Uint8Array(0)));
    roster.retire(now, row, session, { why: "duplicate", newEndpoint: endpoint });
  }

  private switchTo(now: Instant, row: LinkRow, session: Session, why: "renewed" | "duplicate"): void {
    const old = row.session;
    row.session = session;
    this.#parts.roster.retire(now, row, old, { why, newEndpoint: row.endpoint });
  }

  /** The other has come anew: a new link; and the old session is asked whether somebody is still there. */
  private replace(now: Instant, row: LinkRow, finished: Finished): void {
    const { roster, traffic } = this.#parts;
    const { session: old, endpoint: oldEndpoint } = row;
    const newEndpoint = finished.endpoint;
    roster.retire(now, row, old, { why: "replaced", newEndpoint });
    roster.end(row, "replaced");
    const elsewhere = oldEndpoint.address !== newEndpoint.address || oldEndpoint.port !== newEndpoint.port;
    if (elsewhere) traffic.probeReplaced(old, oldEndpoint);
    else roster.drop(old);
    this.begin(now, finished);
  }
}
